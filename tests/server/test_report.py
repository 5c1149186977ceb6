"""The page for both sides, counted over what the central holds."""

from datetime import timedelta
from pathlib import Path

import pytest

from leaddesk.domain import operation as op
from leaddesk.domain.errors import BadInput, Denied
from leaddesk.domain.report import WHOLE
from leaddesk.domain.words import CallOutcome, RejectReason
from leaddesk.pages.words import Words
from leaddesk.server.reporting import page
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import AskReport
from tests.server.hands import Device
from tests.server.test_access import token
from tests.support import LiveCentral


@pytest.fixture
def worked(central: LiveCentral) -> tuple[LiveCentral, dict[str, str]]:
    """A central at which three leads were offered: one kept, one rejected late, one that waits."""
    rep = Device(central, "rep")
    leads = {name: rep.lead() for name in ("kept", "rejected", "waits")}
    central.clock.step(minutes=30)
    rep.do(op.Take(lead=leads["kept"][0]), leads["kept"][1])
    rep.do(op.LogCall(lead=leads["kept"][0], outcome=CallOutcome.REACHED), leads["kept"][1])
    central.clock.step(minutes=60)
    rep.do(op.Take(lead=leads["rejected"][0]), leads["rejected"][1])
    rep.do(op.Reject(lead=leads["rejected"][0], reason=RejectReason.TIMING), leads["rejected"][1])
    return central, {name: lead for name, (lead, _) in leads.items()}


def test_each_number_opens_to_its_leads(worked: tuple[LiveCentral, dict[str, str]]) -> None:
    central, leads = worked
    http = HttpCentral(central.url, token(central, "manager"))
    report = http.report(AskReport()).report
    assert report.of("offered") == 3 and report.as_of == central.clock.now()
    expected = {
        "kept:take-into-work": {"kept"},
        "broken:take-into-work": {"rejected", "waits"},
        "overdue:take-into-work": {"waits"},
        "kept:first-attempt": {"kept"},
        "rejected:timing": {"rejected"},
        "undecided": {"kept", "waits"},
        "reached": {"kept"},
    }
    for figure, names in expected.items():
        told = http.report(AskReport(figure=figure)).leads
        assert set(told) == {leads[name] for name in names} and len(told) == report.of(figure), figure
    assert http.report(AskReport(figure="no-such-figure")).leads == ()
    http.close()


def test_who_may_read_it(central: LiveCentral) -> None:
    for login, allowed in (("rep", False), ("phone", False), ("manager", True), ("marketer", True), ("boss", True)):
        http = HttpCentral(central.url, token(central, login))
        if allowed:
            assert http.report(AskReport()).report.counts == {}
        else:
            with pytest.raises(Denied, match="route-not-permitted"):
                http.report(AskReport())
        http.close()


@pytest.mark.parametrize("back", [-2, 12, 10**9])
def test_a_period_that_is_none_is_refused(central: LiveCentral, back: int) -> None:
    http = HttpCentral(central.url, token(central, "manager"))
    with pytest.raises(BadInput, match="period-unknown"):
        http.report(AskReport(back=back))
    http.close()


def test_a_restore_and_a_rebuilding_leave_the_page_as_it_was(worked: tuple[LiveCentral, dict[str, str]]) -> None:
    central, _ = worked
    http = HttpCentral(central.url, token(central, "manager"))
    before = http.report(AskReport(back=WHOLE)).report
    central.restore(central.copy())
    assert HttpCentral(central.url, token(central, "manager")).report(AskReport(back=WHOLE)).report == before
    http.close()


def test_on_paper_it_stands_alone_and_hostile_text_is_text(
    worked: tuple[LiveCentral, dict[str, str]], tmp_path: Path
) -> None:
    central, leads = worked
    rep = Device(central, "rep", "device-other")
    lead, account = rep.lead()
    rep.do(op.SetFact(key="name", value="<script>alert(1)</script> & Oy"), account)
    central.clock.step(minutes=61)
    later = central.clock.now() + timedelta(seconds=1)
    for language, heading in (
        ("fi", "Liidit: mitä luvattiin ja pidettiin"),
        ("en", "Leads: what was promised, and kept"),
    ):
        text = page(
            central.database, "", later, 0, lambda names, of=language: Words(of, "Europe/Helsinki", None, names)
        )  # type: ignore[misc]
        assert heading in text and "<svg" in text and "http" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "<script>alert" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Oy" in text
        assert 'id="broken:take-into-work"' in text and 'href="#broken:take-into-work"' in text
        assert "src=" not in text and "@import" not in text
    del leads, lead
