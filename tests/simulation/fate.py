"""What fate does to desks, clocks, the central and its copies; and the table of everything that may happen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from leaddesk.domain import operation as op
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.document import document
from leaddesk.domain.errors import Refusal
from tests.simulation import check
from tests.simulation.line import STRANGE
from tests.simulation.people import act, attend, bring, of, sync, undo
from tests.simulation.world import Died, Station, user_id

if TYPE_CHECKING:
    from tests.simulation.play import Play


def strange(play: "Play", station: Station) -> None:
    """A newer program does something that this central cannot read."""
    leads = station.rows("SELECT id, account, person FROM leads ORDER BY id")
    if leads:
        lead, account, person = play.choose.choice(leads)
        play.do(station, op.Note(lead=lead, text=STRANGE + of(play, person)), account)


def kill(play: "Play", station: Station) -> None:
    """The process ends between two acts."""
    raise Died("between two acts")


def go_offline(play: "Play", station: Station) -> None:
    """A desk is taken along on a journey, or comes back."""
    station.offline = not station.offline


def close_central(play: "Play", station: Station) -> None:
    """The central is down for a while, or up again."""
    play.network.down = not play.network.down


def kill_central(play: "Play", station: Station) -> None:
    """The central's process ends and is begun again."""
    play.office.kill()


def turn_clock(play: "Play", station: Station) -> None:
    """A clock is set, ahead or back, by up to ten years."""
    days = play.choose.choice((1 / 24, 3, 400, 3_650))
    clock = play.choose.choice((station.clock, station.clock, station.clock, play.office.clock))
    clock.skew = timedelta(seconds=int(play.choose.uniform(-days, days) * 86_400))
    play.say("  skew", clock.skew)


def old_request(play: "Play", station: Station) -> None:
    """Something sent long ago comes once more."""
    play.network.deliver_old()


def change_teams(play: "Play", station: Station) -> None:
    """A manager moves somebody to another team."""
    login = play.choose.choice(("rep", "north", "phone"))
    teams = play.choose.choice(((), ("north",), ("south",), ("north", "south")))
    play.office.change_teams(user_id(login), teams)
    one, role, _ = play.oracle.staff[login]
    play.oracle.staff[login] = one, role, teams
    play.say("  teams", login, *teams)


def back_up(play: "Play", station: Station) -> None:
    """A copy of the central is made."""
    play.backups.append((play.office.copy(), play.oracle.snapshot()))


def restore(play: "Play", station: Station) -> None:
    """The central is put back to a copy, with a word or without."""
    if not play.backups:
        return
    copy, snapshot = play.choose.choice(play.backups)
    declared = play.choose.random() < 0.5
    erasures, bars = play.oracle.erasures, play.oracle.bars
    play.office.restore(copy, declared)
    play.oracle.restore(snapshot)
    if declared:
        play.oracle.erase_again(erasures, bars)
    play.restored = True
    play.network.lost = len(play.network.sent)
    play.say("  restored", "declared" if declared else "silently")


def copy_profile(play: "Play", station: Station) -> None:
    """Somebody copies a profile."""
    last = play.last(station)
    play.profiles[station.login] = (station.copy(), last)


def put_profile_back(play: "Play", station: Station) -> None:
    """A profile is put back to its old copy; what was born since and not yet sent is its owner's loss."""
    if station.login not in play.profiles:
        return
    copy, last = play.profiles[station.login]
    station.put_back(copy)
    for birth in play.born.values():
        if birth.login == station.login and birth.n > last:
            birth.given_up = True
    play.say("  put back to", last)


def erase(play: "Play", station: Station) -> None:
    """The administrator erases somebody, whatever others are about to say of her."""
    boss = play.stations["manager"]
    leads = boss.rows("SELECT l.id FROM leads l JOIN persons p ON p.id = l.person ORDER BY l.id")
    if not leads:
        return
    try:
        done = boss.desk.erase(play.choose.choice(leads)[0], "asked for it")[0].op
    except Refusal as no:
        play.say("  not erased", no.key)
        return
    check.same("what was born", play.reap(boss), [done])
    play.say("  erased", done[-6:])


def publish(play: "Play", station: Station) -> None:
    """The administrator publishes a policy, perhaps one that has been overtaken."""
    boss = play.stations["manager"]
    newest = max(boss.desk.store.policies().versions)
    policy = default_policy()
    card = replace(policy.scorecard, sales_ready=play.choose.randrange(20, 200))
    version = newest + play.choose.choice((1, 1, 1, 0, 2))
    play.do(boss, op.PublishPolicy(version=version, document=document(replace(policy, scorecard=card))))


def upgrade(play: "Play", station: Station) -> None:
    """A newer program at a desk, whatever is waiting there."""
    kept = "SELECT id, n, account, kind, state, body, verdict, reason, reason_values FROM outbox ORDER BY n"
    before = station.rows(kept)
    station.upgrade()
    check.whole(station)
    check.same("the outbox after the upgrade", station.rows(kept), before)
    play.say("  upgraded with", sum(one[4] == "waiting" for one in before), "waiting")


def bring_central_up_to_date(play: "Play", station: Station) -> None:
    """The central reads from now on what was too new for it."""
    play.network.newer = True


#: What may happen, and how often beside the others.
PLAYS: list[tuple[Callable[["Play", Station], None], float]] = [
    (act, 55),
    (sync, 25),
    (bring, 2),
    (undo, 4),
    (attend, 3),
    (strange, 1.5),
    (kill, 2),
    (go_offline, 2),
    (close_central, 0.6),
    (kill_central, 1),
    (turn_clock, 2),
    (old_request, 1),
    (change_teams, 2),
    (back_up, 3),
    (restore, 2.5),
    (copy_profile, 1),
    (put_profile_back, 0.7),
]

#: What has been added since: in later schedules alone.
SINCE: list[tuple[Callable[["Play", Station], None], float]] = [
    (erase, 3),
    (publish, 1.5),
    (strange, 1.5),
    (bring_central_up_to_date, 0.5),
    (upgrade, 1),
]

#: What half of the schedules go without, so that they are held to the letter.
DISASTERS = {back_up, restore, copy_profile, put_profile_back}
