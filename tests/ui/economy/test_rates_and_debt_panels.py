"""The panels on rates and debt: what they say, and that they claim nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from pytestqt.qtbot import QtBot

from data.macro_store import MacroState, Maturity
from models.lab.asking import Inputs
from models.lab.rates import DebtRequest, RatesRequest
from models.macro.debt import debt
from models.macro.economy import Economy
from models.macro.rates import rates
from tests.support.economy import LATER, recorded
from ui.economy.debt_presentation import LABEL
from ui.economy.debt_presentation import present as present_debt
from ui.economy.pages import PAGES
from ui.economy.rates_page import RatesPanel
from ui.economy.rates_presentation import present as present_rates
from ui.theme import load_theme

DAYS = [str(dt.date(2024, 1, 1) + dt.timedelta(days=number)) for number in range(500)]
QUARTERS = ["2024-10-01", "2025-01-01", "2025-04-01"]


def figures() -> Economy:
    return Economy(
        {
            "DFEDTARU": recorded("DFEDTARU", DAYS, [5.5] * 400 + [5.0] * 100),
            "T10Y2Y": recorded("T10Y2Y", DAYS, [-0.3] * 200 + [0.4] * 300),
            "GFDEBTN": recorded("GFDEBTN", QUARTERS, [36.2e6, 36.2e6, 36.4e6]),
        },
        LATER,
    )


def test_that_the_policy_rate_is_told_with_the_rule_that_calls_it_easing() -> None:
    shown = present_rates(rates(figures()), RatesRequest(years=0))
    assert "5.00 % and by our rule easing since" in shown.sentence
    assert any("Policy rate, percent" in picture.title for picture in shown.pictures)
    assert any(row[0] == "easing" for row in shown.tables[1].rows)


def test_that_what_is_not_stored_is_named_and_not_drawn() -> None:
    shown = present_rates(rates(figures()), RatesRequest(years=0))
    assert any("Not stored, so not shown: High-yield spread" in note for note in shown.notes)
    assert len(shown.pictures) == 2


def test_that_a_figure_of_a_quarter_is_not_dated_by_its_first_day() -> None:
    shown = present_debt(debt(figures()), DebtRequest(years=0))
    assert "at the end of the second quarter of 2025" in shown.sentence


def test_that_the_debt_is_context_and_no_evidence() -> None:
    held = [Maturity(dt.date(2025, 9, 30), "Bills", dt.date(2026, 1, 2), 50_000)]
    shown = present_debt(debt(figures(), held), DebtRequest(years=0))
    assert shown.notes[0] == LABEL
    assert shown.verdict == ""
    assert "What matures in which year" in shown.pictures[-1].title


def test_that_a_panel_shows_what_its_request_finds(qtbot: QtBot) -> None:
    page = RatesPanel(load_theme("dark"))
    qtbot.addWidget(page)
    request = page.request()
    assert isinstance(request, RatesRequest)
    economy = figures()
    page.show_result(request, request.perform(Inputs({}, LATER, economy.series), lambda _done, _doing: None))
    shown = page.presentation()
    assert shown is not None
    assert "easing" in shown.sentence


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_every_panel_can_be_made_in_both_themes(qtbot: QtBot, theme: str) -> None:
    for made in PAGES:
        page = made(load_theme(theme))
        qtbot.addWidget(page)
        assert page.title


def test_that_a_recession_of_two_months_is_two_months_long() -> None:
    months = [f"2020-{month:02}-01" for month in range(1, 8)]
    flags = recorded("USREC", months, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    found = rates(Economy({**figures().series, "USREC": flags}, LATER))
    table = next(one for one in present_rates(found, RatesRequest(years=0)).tables if "Recessions" in one.title)
    assert [row[1:4] for row in table.rows] == [("March 2020", "April 2020", "2 months")]


def test_that_the_mean_of_a_week_is_not_shown_as_the_close_of_a_day() -> None:
    weeks = recorded("WTREGEN", ["2025-01-01", "2025-01-08"], [7e5, 7.2e5])
    closes = recorded("TGA", ["2025-01-08"], [7.5e5])
    both = {"WTREGEN": weeks, "TGA": closes}
    for extra, words in (({"WTREGEN": weeks}, "mean of each week"), (both, "close of each day")):
        shown = present_debt(debt(Economy({**figures().series, **extra}, LATER)), DebtRequest(years=0))
        assert [picture.title for picture in shown.pictures if "account" in picture.title] == [
            f"The Treasury’s account, {words}, billion dollars"
        ]


def test_that_the_last_failure_of_a_series_is_told() -> None:
    state = MacroState("T10Y2Y", "FRED", "failed", "FRED cannot be reached.", LATER, None)
    found = rates(Economy(figures().series, LATER, {"T10Y2Y": state}))
    assert any("FRED cannot be reached." in note for note in present_rates(found, RatesRequest(years=0)).notes)
