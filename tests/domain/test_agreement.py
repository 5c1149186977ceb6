"""The agreement: drafts, signatures, from when a version binds, and which version judges what is done."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaddesk.domain.agreement import Agreement, Signature, Targets, in_force_from
from leaddesk.domain.apply import apply
from leaddesk.domain.changes import Done, Outcome
from leaddesk.domain.clock import Calendar, local_day
from leaddesk.domain.document import differences, document, promises, read
from leaddesk.domain.operation import CompanyPart, CreateLead, Offer, Operation, PublishPolicy, SignAgreement
from leaddesk.domain.policy import Policies, Policy
from leaddesk.domain.record import User
from leaddesk.domain.role import SIGNS, forbidden
from leaddesk.domain.state import State
from leaddesk.domain.words import LeadKind, Party, RejectReason, Role, Verdict
from leaddesk.domain.workset import Workset
from tests.domain.scene import DAY, HOUR, NOW, POLICIES, POLICY, operation

#: Other promises than those in force.
OTHER = replace(POLICY, agreement=replace(POLICY.agreement, attempts=7))
BY = {Party.SALES: "manager", Party.MARKETING: "marketer"}


def told(act: Any, at: datetime, by: str = "manager") -> Operation:
    return replace(operation(act, by=by, at=at, name=f"op-{at.isoformat()}-{act.kind}"), account="")


class Table:
    """Where the two parties sit: each act an hour after the one before."""

    def __init__(self) -> None:
        self.work = Workset(POLICIES, {})
        self.at = NOW

    def publish(self, policy: Policy, version: int = 0) -> Done:
        self.at += HOUR
        number = version or max(self.work.policies.versions) + 1
        return self.work.run(told(PublishPolicy(version=number, document=document(policy)), self.at))

    def sign(self, party: Party, version: int = 0) -> Done:
        self.at += HOUR
        number = version or max(self.work.policies.versions)
        return self.work.run(told(SignAgreement(version=number, party=party), self.at, BY[party]))

    def in_force(self, at: datetime) -> int:
        return self.work.policies.in_force(at).version


def test_a_draft_binds_from_the_day_after_both_have_signed() -> None:
    table = Table()
    assert table.publish(OTHER).verdict is Verdict.APPLIED
    assert table.in_force(NOW + 100 * DAY) == 1
    first = table.sign(Party.MARKETING)
    assert (first.verdict, first.values["at"]) == (Verdict.APPLIED, None)
    assert table.in_force(NOW + 100 * DAY) == 1
    second = table.sign(Party.SALES)
    # Tuesday 24 November begins in Helsinki at 22 UTC.
    midnight = datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert second.values == {"version": 2, "party": "sales", "at": midnight}
    assert table.in_force(midnight - timedelta(microseconds=1)) == 1
    assert table.in_force(midnight) == 2
    signed = table.work.policies.versions[2].signed
    assert [(one.party, one.by) for one in signed] == [(Party.MARKETING, "marketer"), (Party.SALES, "manager")]


def test_an_effective_date_is_the_earliest() -> None:
    table = Table()
    table.publish(replace(OTHER, agreement=replace(OTHER.agreement, effective=date(2027, 1, 1))))
    table.sign(Party.MARKETING)
    assert table.sign(Party.SALES).values["at"] == datetime(2026, 12, 31, 22, tzinfo=UTC)


def test_what_changes_no_promise_needs_no_signature() -> None:
    table = Table()
    table.publish(replace(POLICY, scorecard=replace(POLICY.scorecard, sales_ready=80)))
    assert table.in_force(table.at) == 2 and table.in_force(table.at - timedelta(microseconds=1)) == 1
    refused = table.sign(Party.SALES)
    assert (refused.verdict, refused.reason) == (Verdict.REFUSED, "agreement-unchanged")


def test_the_first_may_be_signed_and_holds_without() -> None:
    table = Table()
    assert table.in_force(NOW - 3000 * DAY) == 1
    assert table.sign(Party.SALES).verdict is Verdict.APPLIED
    assert table.in_force(NOW - 3000 * DAY) == 1


def test_why_a_version_cannot_be_signed() -> None:
    table = Table()
    assert table.sign(Party.SALES, 9).reason == "agreement-unknown"
    table.publish(OTHER)
    table.sign(Party.SALES)
    again = table.sign(Party.SALES)
    assert again.reason == "agreement-signed" and again.values["by"] == "manager"
    table.publish(replace(OTHER, agreement=replace(OTHER.agreement, attempts=8)))
    late = table.sign(Party.MARKETING, 2)
    assert (late.reason, late.values) == ("agreement-superseded", {"version": 2, "newest": 3})
    assert table.in_force(NOW + 100 * DAY) == 1


def test_why_a_version_cannot_be_published() -> None:
    table = Table()
    past = replace(OTHER, agreement=replace(OTHER.agreement, effective=date(2026, 11, 22)))
    assert table.publish(past).reason == "agreement-in-the-past"
    assert table.publish(replace(POLICY, calendar=Calendar("Europe/Helsinki", ((),) * 7))).reason == "calendar-no-hours"
    table.publish(replace(OTHER, agreement=replace(OTHER.agreement, effective=date(2027, 1, 1))))
    table.sign(Party.MARKETING)
    table.sign(Party.SALES)
    # One is signed and still to come: neither another agreement nor one that takes it away again.
    pending = table.publish(POLICY)
    assert (pending.reason, pending.values["version"]) == ("agreement-pending", 2)
    # What promises the same may follow, and waits with it.
    kept = table.work.policies.versions[2]
    assert table.publish(replace(kept, scorecard=replace(kept.scorecard, sales_ready=81))).verdict is Verdict.APPLIED
    assert table.in_force(datetime(2026, 12, 31, 21, tzinfo=UTC)) == 1
    assert table.in_force(datetime(2026, 12, 31, 22, tzinfo=UTC)) == 3


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("publish"), st.integers(1, 3), st.integers(-1, 3)),
            st.tuples(st.just("sign"), st.sampled_from(Party), st.integers(0, 4)),
            st.tuples(st.just("wait"), st.integers(1, 60), st.just(0)),
        ),
        max_size=14,
    )
)
def test_no_day_has_two_agreements_and_none_is_without(steps: list[tuple[str, Any, int]]) -> None:
    table = Table()
    for what, one, other in steps:
        if what == "publish":
            effective = (NOW + other * DAY).date() if other >= 0 else None
            table.publish(replace(POLICY, agreement=replace(POLICY.agreement, attempts=one, effective=effective)))
        elif what == "sign":
            table.sign(one, other)
        else:
            table.at += one * HOUR
    policies = table.work.policies
    terms: dict[int, set[int]] = {}
    for hour in range(0, 24 * 60, 3):
        at = NOW + hour * HOUR
        held = policies.in_force(at)
        terms.setdefault(local_day(at, held.calendar.zone), set()).add(held.agreement.attempts)
        if held.version > 1 and held.agreement != POLICY.agreement:
            signers = [one for one in policies.versions.values() if one.agreement == held.agreement and one.signed]
            assert any({mark.party for mark in one.signed} == set(Party) for one in signers)
    assert all(len(found) == 1 for found in terms.values())


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("party", Party)
def test_only_who_speaks_for_a_party_signs(role: Role, party: Party) -> None:
    users = {"u": User(id="u", login="u", name="U", role=role)}
    refused = forbidden(role, SignAgreement(version=2, party=party), users)
    assert (refused is None) is (role is SIGNS[party])


# --- which version judges ---------------------------------------------------------------------------------------------


def test_an_offer_pins_what_was_in_force_then() -> None:
    both = tuple(Signature(party=party, by=BY[party], at=NOW) for party in Party)
    policies = Policies({1: POLICY, 2: replace(OTHER, version=2, published=NOW, signed=both)})
    later = NOW + 2 * DAY

    def pinned(version: int, at: datetime) -> int:
        act = CreateLead(lead="l2", lead_kind=LeadKind.HAND_RAISER, company=CompanyPart(name="K Oy"))
        outcome = apply(operation(act, at=at, policy=version), State(), policies)
        assert isinstance(outcome, Outcome)
        return outcome.state.leads["l2"].policy

    assert pinned(2, later) == 2
    # A desk on the road still judged by the old one, and what was offered before the new one holds.
    assert pinned(1, later) == 1
    assert pinned(2, NOW) == 1
    # A draft judges nobody.
    draft = Policies({1: POLICY, 2: replace(OTHER, version=2, published=NOW)})
    policies = draft
    assert pinned(2, later) == 1


def test_a_lead_offered_again_is_judged_anew() -> None:
    both = tuple(Signature(party=party, by=BY[party], at=NOW) for party in Party)
    policies = Policies({1: POLICY, 2: replace(OTHER, version=2, published=NOW, signed=both)})
    act = CreateLead(lead="l2", lead_kind=LeadKind.OUTBOUND, company=CompanyPart(name="K Oy"))
    made = apply(operation(act, policy=1), State(), policies)
    assert isinstance(made, Outcome) and made.state.leads["l2"].policy == 1
    offered = apply(operation(Offer(lead="l2", owner=""), at=NOW + 2 * DAY, policy=2), made.state, policies)
    assert isinstance(offered, Outcome) and offered.state.leads["l2"].policy == 2


# --- what it says -----------------------------------------------------------------------------------------------------

_AGREEMENTS = st.builds(
    Agreement,
    targets=st.dictionaries(st.sampled_from(LeadKind), st.builds(Targets, take=st.integers(0, 9_999))),
    tiers=st.dictionaries(
        st.tuples(st.sampled_from(LeadKind), st.sampled_from("ABC")), st.builds(Targets, decision=st.integers(0, 99))
    ),
    reasons=st.lists(st.sampled_from(RejectReason), unique=True).map(tuple),
    attempts=st.integers(0, 99),
    skew=st.integers(0, 99),
    pausing=st.sampled_from([(), ("call-back",)]),
    calling=st.sampled_from([(), (((480, 720), (780, 960)), *((),) * 6)]),
    distributor=st.text(max_size=5),
    effective=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)


@given(_AGREEMENTS)
def test_there_and_back_is_the_same(agreement: Agreement) -> None:
    policy = replace(
        POLICY,
        agreement=agreement,
        published=NOW,
        signed=(Signature(party=Party.SALES, by="manager", at=NOW),),
    )
    assert read(document(policy)) == policy


def test_a_difference_is_told_where_it_stands() -> None:
    targets = {**POLICY.agreement.targets, LeadKind.HAND_RAISER: Targets(take=30, first_attempt=120, decision=960)}
    other = replace(POLICY, agreement=replace(POLICY.agreement, targets=targets, reasons=(RejectReason.NEED,)))
    assert differences(POLICY, other) == (
        ("targets.hand-raiser.take", 60, 30),
        ("reasons", [one.value for one in RejectReason], ["need"]),
    )
    assert differences(POLICY, POLICY) == ()
    assert dict(promises(POLICY))["calendar.zone"] == "Europe/Helsinki"


def test_a_tier_may_have_targets_of_its_own() -> None:
    tiers = {(LeadKind.HAND_RAISER, "A"): Targets(take=15)}
    agreement = replace(POLICY.agreement, tiers=tiers)
    assert agreement.targets_of(LeadKind.HAND_RAISER, "A") == Targets(take=15)
    assert agreement.targets_of(LeadKind.HAND_RAISER, "B") == POLICY.agreement.targets[LeadKind.HAND_RAISER]


def test_an_older_document_means_what_it_meant() -> None:
    told = json.loads(document(POLICY))
    old = {name: told["agreement"][name] for name in ("targets", "attempts", "min_gap", "latest", "pausing")}
    del told["published"], told["signed"]
    policy = read(json.dumps({**told, "agreement": old}))
    assert policy == POLICY and in_force_from({1: policy}) == {1: None}
