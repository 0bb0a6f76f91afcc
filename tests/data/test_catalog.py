"""What a symbol says of its asset."""

from __future__ import annotations

import pytest

from data.catalog import BITCOIN, CATALOG, DEFAULT_WATCHLIST, RUSSELL_2000, Asset, asset_for


@pytest.mark.parametrize(
    ("symbol", "kind", "calendar", "currency"),
    [
        ("^RUT", "index", "XNYS", "USD"),
        ("BTC-USD", "crypto", "24/7", "USD"),
        ("DOGE-USD", "crypto", "24/7", "USD"),
        ("^VIX", "index", "XNYS", "USD"),
        ("^FTSE", "index", "XLON", "GBP"),
        ("^N225", "index", "XTKS", "JPY"),
        ("SAP.DE", "equity", "XETR", "EUR"),
        ("VOD.L", "equity", "XLON", "GBp"),
        ("BRK.B", "equity", "XNYS", "USD"),
        ("AAPL", "equity", "XNYS", "USD"),
        (".DE", "equity", "XNYS", "USD"),
    ],
)
def test_that_the_form_of_a_symbol_tells_its_market(symbol: str, kind: str, calendar: str, currency: str) -> None:
    asset = asset_for(symbol)
    assert (asset.symbol, asset.kind, asset.calendar, asset.currency) == (symbol, kind, calendar, currency)


def test_that_the_catalogues_own_entry_comes_before_any_guess() -> None:
    assert asset_for("^RUT", name="Something else") is RUSSELL_2000
    assert asset_for("BTC-USD") is BITCOIN
    assert tuple(asset.symbol for asset in CATALOG) == DEFAULT_WATCHLIST


def test_that_a_search_may_know_name_and_kind_better() -> None:
    assert asset_for("SPY", "SPDR S&P 500", "fund") == Asset("SPY", "SPDR S&P 500", "fund", "XNYS", group="leaders")
    assert asset_for("XYZ", "Xyz coin", "crypto").calendar == "24/7"
    assert asset_for("DOGE-USD").name == "DOGE"
    assert asset_for("^FTSE").name == "FTSE"


@pytest.mark.parametrize(("tick", "decimals"), [(0.01, 2), (0.000001, 6), (1.0, 0), (0.25, 2)])
def test_that_a_tick_tells_how_many_decimals_a_price_has(tick: float, decimals: int) -> None:
    assert Asset("X", "X", "equity", "XNYS", tick=tick).decimals == decimals
