"""Which assets there are, and what must be known of each before its prices mean anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["index", "fund", "equity", "crypto"]
Group = Literal["watched", "altcoins", "leaders"]


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing with a price.

    `calendar` is the name exchange_calendars gives the sessions ("24/7" for crypto); `tick` the step that
    closes are rounded to before they are compared, in `currency`; `group` the part of the watchlist.
    """

    symbol: str
    name: str
    kind: Kind
    calendar: str
    currency: str = "USD"
    tick: float = 0.01
    group: Group = "watched"

    @property
    def zone(self) -> str:
        """The time zone of its exchange by its IANA name, "UTC" for assets that trade round the clock."""
        return _ZONES.get(self.calendar, "UTC")

    @property
    def decimals(self) -> int:
        """How many decimals a price of this asset is shown with, at most."""
        return max(0, len(f"{self.tick:.8f}".rstrip("0").split(".")[1]))


_ZONES = {
    "XNYS": "America/New_York",
    "XLON": "Europe/London",
    "XETR": "Europe/Berlin",
    "XFRA": "Europe/Berlin",
    "XPAR": "Europe/Paris",
    "XAMS": "Europe/Amsterdam",
    "XMIL": "Europe/Rome",
    "XSWX": "Europe/Zurich",
    "XTSE": "America/Toronto",
    "XTKS": "Asia/Tokyo",
    "XHKG": "Asia/Hong_Kong",
    "XASX": "Australia/Sydney",
}

RUSSELL_2000 = Asset("^RUT", "Russell 2000", "index", "XNYS")
BITCOIN = Asset("BTC-USD", "Bitcoin", "crypto", "24/7")
ETHER = Asset("ETH-USD", "Ether", "crypto", "24/7")

CATALOG: tuple[Asset, ...] = (
    RUSSELL_2000,
    BITCOIN,
    ETHER,
    Asset("SOL-USD", "Solana", "crypto", "24/7", tick=0.0001, group="altcoins"),
    Asset("XRP-USD", "XRP", "crypto", "24/7", tick=0.000001, group="altcoins"),
    Asset("ADA-USD", "Cardano", "crypto", "24/7", tick=0.000001, group="altcoins"),
    Asset("LINK-USD", "Chainlink", "crypto", "24/7", tick=0.0001, group="altcoins"),
    Asset("^GSPC", "S&P 500", "index", "XNYS", group="leaders"),
    Asset("^NDX", "Nasdaq 100", "index", "XNYS", group="leaders"),
    Asset("IWM", "iShares Russell 2000", "fund", "XNYS", group="leaders"),
)

DEFAULT_WATCHLIST: tuple[str, ...] = tuple(asset.symbol for asset in CATALOG)

_EXCHANGES = {  # Yahoo's suffix: calendar, currency
    "L": ("XLON", "GBp"),
    "DE": ("XETR", "EUR"),
    "F": ("XFRA", "EUR"),
    "PA": ("XPAR", "EUR"),
    "AS": ("XAMS", "EUR"),
    "MI": ("XMIL", "EUR"),
    "SW": ("XSWX", "CHF"),
    "TO": ("XTSE", "CAD"),
    "T": ("XTKS", "JPY"),
    "HK": ("XHKG", "HKD"),
    "AX": ("XASX", "AUD"),
}

_INDICES = {  # indices that are not New York's: calendar, currency
    "^FTSE": ("XLON", "GBP"),
    "^GDAXI": ("XETR", "EUR"),
    "^FCHI": ("XPAR", "EUR"),
    "^AEX": ("XAMS", "EUR"),
    "^SSMI": ("XSWX", "CHF"),
    "^GSPTSE": ("XTSE", "CAD"),
    "^N225": ("XTKS", "JPY"),
    "^HSI": ("XHKG", "HKD"),
    "^AXJO": ("XASX", "AUD"),
}


def asset_for(symbol: str, name: str = "", kind: Kind | None = None) -> Asset:
    """Return the catalogue's entry, or what the symbol's own form says of it.

    `BTC-USD` reads as crypto, `^X` as an index, a suffix (`SAP.DE`) as that exchange's equity, anything
    else as an equity in New York.
    """
    for asset in CATALOG:
        if asset.symbol == symbol:
            return asset
    stem, _, suffix = symbol.rpartition(".")
    if kind == "crypto" or (kind is None and symbol.endswith("-USD")):
        coin = name or symbol.removesuffix("-USD")
        return Asset(symbol, coin, "crypto", "24/7", tick=0.00000001, group="altcoins")
    if symbol.startswith("^"):
        calendar, currency = _INDICES.get(symbol, ("XNYS", "USD"))
        return Asset(symbol, name or symbol[1:], "index", calendar, currency, group="leaders")
    if stem and suffix in _EXCHANGES:
        calendar, currency = _EXCHANGES[suffix]
        return Asset(symbol, name or symbol, kind or "equity", calendar, currency, group="leaders")
    return Asset(symbol, name or symbol, kind or "equity", "XNYS", group="leaders")
