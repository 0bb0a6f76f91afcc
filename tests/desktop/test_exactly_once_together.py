"""Every alert once with a window and `watch` on one profile, in whatever order they start, judge, tell, stop and die.

Twenty random schedules over stretches of the scripted year.  Both are processes of their own with the real store,
judgement, ledger, delivery and D-Bus client; see tests/support/paired_year.py for what stands for the window.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.calendar import Calendars
from data.ledger import Alert, Receipt
from tests.support.clocked import FileClock
from tests.support.paired_year import Do, Say, Who
from tests.support.scripted_year import WARM_UP, Year, year_of
from tests.support.undisturbed import DATABASE, Evening, history_of, undisturbed
from tests.support.warm import Told, World, count_told, world
from ui.delivery import LEASE

SCHEDULES = 20
STEPS = 40
EVENINGS = 14  # that a schedule goes through at most
BOTH: tuple[Who, Who] = ("window", "watch")
DOES: tuple[Do, ...] = ("start", "start", "judge", "judge", "judge", "deliver", "stop", "kill")
# Seconds that the clock moves, to and fro: within a claim, just after it, when all is late, and a clock set back.
JUMPS = (5, 30, 61, 90, 600, 3 * 3600, -70, -1200)
KILLED = -9


@dataclass(frozen=True, slots=True)
class Step:
    """What both are told at once, in this order, whether that is waited for, and how the clock moves after it."""

    says: tuple[tuple[Who, Do, int | None], ...]
    awaited: bool
    evenings: int
    seconds: int


def schedule(seed: int) -> list[Step]:
    """Return what happens in schedule number `seed`."""
    chance = random.Random(seed)
    steps = [Step((("window", "start", None), ("watch", "start", None)), awaited=False, evenings=0, seconds=0)]
    left = EVENINGS
    for _ in range(STEPS):
        do = chance.choice(DOES)
        whom = chance.choice((("window",), ("watch",), BOTH, BOTH[::-1]))
        says = tuple((who, do, chance.randint(1, 40) if chance.random() < 0.3 else None) for who in whom)
        on = min(left, chance.choice((0, 0, 0, 0, 1, 1, 2)))
        left -= on
        steps.append(Step(says, chance.random() < 0.5, on, chance.choice(JUMPS) if chance.random() < 0.5 else 0))
    return steps


@pytest.fixture(scope="module")
def pair() -> Iterator[World]:
    with world("paired_year") as warm:
        yield warm


@pytest.fixture(scope="module")
def year() -> Year:
    return year_of(Calendars())


@pytest.fixture(scope="module")
def evenings(tmp_path_factory: pytest.TempPathFactory) -> list[Evening]:
    with ExitStack() as ending:
        warm = ending.enter_context(world("watched_year"))
        return undisturbed(warm, tmp_path_factory.mktemp("undisturbed"))


def stretches(evenings: list[Evening], year: Year) -> list[int]:
    """Return where a schedule may begin: with news ahead, and apart from the break that is taken back.

    What is taken back is told only by who has seen it before.
    """
    revised = year.revised - WARM_UP
    apart = [each.number for each in evenings[1 : -EVENINGS - 1] if not -EVENINGS - 2 < each.number - revised < 4]
    return [first for first in apart if sum(len(each.news) for each in evenings[first : first + EVENINGS]) >= 3]


class Play:
    """One schedule on its way."""

    def __init__(self, pair: World, folder: Path, year: Year, first: int) -> None:
        self._pair = pair
        self._folder = folder
        self._year = year
        self._clock = FileClock(folder / "clock")
        self.evening = first
        self._clock.set(year.instants[first])

    def say(self, who: Who, do: Do, cut: int | None = None) -> None:
        """Tell one of them to do it; an end by anything but SIGKILL or "stop" is a failure."""
        assert self._pair.run(Say(str(self._folder), who, do, cut)) in (0, KILLED)

    def wait(self) -> None:
        """Wait until neither has anything under way."""
        for who in BOTH:
            self.say(who, "await")

    def go(self, step: Step) -> None:
        """Do a step."""
        for who, do, cut in step.says:
            self.say(who, do, cut)
        if step.awaited:
            self.wait()
        self.evening += step.evenings
        now = self._year.instants[self.evening] if step.evenings else self._clock()
        self._clock.set(now + dt.timedelta(seconds=step.seconds))

    def settle(self) -> None:
        """Let the evening end quietly: somebody undisturbed judges, and looks again when all claims have run out."""
        self.say("window", "kill")
        self.say("watch", "stop")
        self.wait()
        self._clock.set(self._year.instants[self.evening] + dt.timedelta(hours=6))
        for do in ("start", "judge", "deliver"):
            self.say("watch", do)
            self.wait()
            self._clock.set(self._clock() + 2 * LEASE)
        self.say("watch", "stop")
        self.wait()


def check(alert: Alert, receipts: tuple[Receipt, ...], told: list[Told], terminal: str) -> None:
    """Fail unless the alert was told once, or is known to be in doubt and was said inside."""
    times = count_told(told, alert)
    outcomes = {(receipt.channel, receipt.outcome) for receipt in receipts}
    assert times <= 1, f"{alert.key} was shown {times} times: {receipts}"
    if times == 0:
        assert ("notification", "unknown") in outcomes, f"{alert.key} was lost: {receipts}"
        assert outcomes & {("terminal", "delivered"), ("toast", "delivered")}, f"nobody said {alert.key}: {receipts}"
    said = terminal.count(alert.body) + terminal.count(f"Perhaps shown before: {alert.title}")
    assert said >= (("terminal", "delivered") in outcomes)


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_that_window_and_watch_together_neither_lose_an_alert_nor_tell_it_twice(
    pair: World, evenings: list[Evening], year: Year, tmp_path: Path, seed: int
) -> None:
    places = stretches(evenings, year)
    first = places[seed * len(places) // SCHEDULES]
    shutil.copy(evenings[first].before, tmp_path / DATABASE)
    pair.forget()
    play = Play(pair, tmp_path, year, first)
    try:
        for step in schedule(seed):
            play.go(step)
        play.settle()
    finally:
        for who in BOTH:
            pair.run(Say(str(tmp_path), who, "kill"))
    history = history_of(tmp_path)
    known = evenings[first].known
    expected = [alert.key for each in evenings[first : play.evening + 1] for alert in each.news]
    # A clock that jumps between the fetch and the verdict makes the bars stale: said once, like everything else.
    new = [alert.key for alert, _ in history[len(known) :] if alert.transition != "cannot tell"]
    assert new == expected
    told = pair.told()
    for alert, receipts in history[len(known) :]:
        check(alert, receipts, told, (tmp_path / "terminal").read_text())


def test_that_the_schedules_have_all_that_can_happen() -> None:
    steps = [step for seed in range(SCHEDULES) for step in schedule(seed)]
    did = [(who, do) for step in steps for who, do, _ in step.says]
    for do in set(DOES):
        assert min(did.count((who, do)) for who in BOTH) >= 10
    assert sum(cut is not None for step in steps for *_, cut in step.says) >= 100
    assert sum(not step.awaited and step.seconds < 0 for step in steps) >= 5
    assert {step.seconds for step in steps} >= set(JUMPS)
