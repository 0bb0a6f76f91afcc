"""Every alert once, wherever the process dies: killed at each commit and each call of a channel, and started again.

The year is that of tests/support/scripted_year.py; `watch` goes through it with the real store, judgement, ledger,
delivery and D-Bus client, and a daemon writes down what it shows before it answers.  Every point of every evening
with news is tried, and of one in thirty-two evenings without any.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.undisturbed import DATABASE, Evening, history_of, undisturbed
from tests.support.warm import World, count_told, dunst_world, world
from tests.support.watched_year import Order

# Just after the kill, while the dead process still has its claim; after that; when it is all late.
PAUSES = (5.0, 90.0, 3 * 3600.0)
UNTOLD = ("after commit of INSERT INTO claims", "before telling on notification")
QUIET = 32  # of the evenings without news, one in so many is tried
PARTS = 4


@pytest.fixture(scope="module")
def worlds() -> Iterator[list[World]]:
    with ExitStack() as ending:
        yield [ending.enter_context(world("watched_year")) for _ in range(2)]


@pytest.fixture(scope="module")
def evenings(worlds: list[World], tmp_path_factory: pytest.TempPathFactory) -> list[Evening]:
    return undisturbed(worlds[0], tmp_path_factory.mktemp("undisturbed"))


def every_cut(world: World, folder: Path, evening: Evening) -> list[str]:
    """Kill the process at point after point of the evening, until it passes unharmed; returns those points."""
    passed: list[str] = []
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if evening.before.exists():
            shutil.copy(evening.before, folder / DATABASE)
        world.forget()
        number = len(passed) + 1
        if world.run(Order(str(folder), (evening.number,), cut=number)) == 0:
            return passed
        world.settle()
        passed.append((folder / "points").read_text().splitlines()[-1])
        assert len((folder / "points").read_text().splitlines()) == number
        late = PAUSES[number % len(PAUSES)]
        assert world.run(Order(str(folder), (evening.number, evening.number + 1), late)) == 0
        check(
            world, folder, evening, passed[-1], f"killed at point {number} ({passed[-1]}) of evening {evening.number}"
        )


def check(world: World, folder: Path, evening: Evening, point: str, what: str) -> None:
    """Fail unless each alert was told once, where need be with the mark that nobody knows."""
    history = history_of(folder)
    assert [alert.key for alert, _ in history] == [
        alert.key for alert in (*evening.known, *evening.news, *evening.next_news)
    ], what
    told, terminal = world.told(), (folder / "terminal").read_text()
    for alert, receipts in history[len(evening.known) :]:
        times = count_told(told, alert)
        outcomes = {(receipt.channel, receipt.outcome) for receipt in receipts}
        if times == 0 and alert in evening.news and point in UNTOLD:
            # It died with the claim in its hands, and nobody can ask whether it had told: said where it does no harm.
            assert outcomes == {("notification", "unknown"), ("terminal", "delivered")}, what
            assert terminal.count(alert.body) == 1, what
        else:
            assert times == 1, f"{alert.key} was shown {times} times, {what}"
            assert ("notification", "delivered") in outcomes or ("notification", "unknown") in outcomes, what
            assert terminal.count(alert.body) <= (("notification", "unknown") in outcomes), what


def test_that_an_undisturbed_year_has_at_least_thirty_alerts_of_every_kind(evenings: list[Evening]) -> None:
    news = [alert for evening in evenings for alert in evening.news]
    assert len(news) >= 30
    assert {alert.transition for alert in news} == {"near", "touch", "break", "confirmed", "failed", "withdrawn"}


@pytest.mark.parametrize("part", range(PARTS))
def test_that_no_kill_at_any_point_loses_an_alert_or_tells_it_twice(
    worlds: list[World], evenings: list[Evening], tmp_path: Path, part: int
) -> None:
    chosen = [each for each in evenings if each.news or each.number % QUIET == 0][part::PARTS]

    def work(number: int) -> list[str]:
        mine = (each for place, each in enumerate(chosen) if place % len(worlds) == number)
        return [point for each in mine for point in every_cut(worlds[number], tmp_path / f"{number}", each)]

    with ThreadPoolExecutor(len(worlds)) as threads:
        points = [point for each in threads.map(work, range(len(worlds))) for point in each]
    news = sum(len(each.news) for each in chosen)
    for what in ("before telling", "after telling", "before answer"):
        assert points.count(f"{what} on notification") == news
    assert len(points) > 20 * news


def test_that_a_real_daemon_says_the_same(evenings: list[Evening], tmp_path: Path) -> None:
    """One evening, killed at every point; dunst is asked for its own history."""
    chosen = next(each for each in evenings if len(each.news) == 1 and not each.next_news)
    with dunst_world("watched_year") as real:
        points = every_cut(real, tmp_path / "profile", chosen)
    assert points.count("after telling on notification") == 1
    assert len(points) > 20
