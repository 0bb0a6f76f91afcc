"""What the user chose: typed, with default, unit and meaning, kept as TOML that people may edit."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from data.catalog import DEFAULT_WATCHLIST
from data.levels import read_level
from data.whole_file import replace_text

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

ThemeChoice = Literal["system", "dark", "light"]
OnClose = Literal["tray", "minimise", "quit"]
Symbols = tuple[str, ...]

_LONGEST_SYMBOL = 32
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class SettingsError(Exception):
    """Settings that could not be written; `message` is for the user, the `__cause__` for the log."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def _about(
    doc: str,
    group: str,
    *,
    unit: str = "",
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
    entries: str = "symbols",
) -> Mapping[str, object]:
    return {
        "doc": doc, "group": group, "unit": unit, "min": least, "max": most, "choices": choices, "entries": entries
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every value with default, unit and meaning; the dialog and the file are built from these fields."""

    watchlist: Symbols = field(
        default=DEFAULT_WATCHLIST, metadata=_about("Symbols to watch, in the order shown.", "Watchlist")
    )
    panes: Symbols = field(
        default=("^RUT", "BTC-USD", "ETH-USD"),
        metadata=_about("Symbols with a chart, from top to bottom.", "Watchlist", least=1, most=8),
    )
    refresh_minutes: int = field(
        default=15, metadata=_about("Time between two refreshes.", "Prices", unit="minutes", least=1, most=1440)
    )
    use_yahoo: bool = field(default=True, metadata=_about("Fetch prices from Yahoo.", "Prices"))
    use_coinbase: bool = field(default=True, metadata=_about("Fetch crypto prices from Coinbase.", "Prices"))
    use_kraken: bool = field(default=True, metadata=_about("Fetch crypto prices from Kraken.", "Prices"))
    cross_check: bool = field(
        default=True,
        metadata=_about("Compare each session with a second source before a break counts as confirmed.", "Prices"),
    )
    use_fred: bool = field(
        default=False, metadata=_about("Fetch figures of the Federal Reserve and the economy from FRED.", "Economy")
    )
    use_treasury: bool = field(
        default=False, metadata=_about("Fetch the federal debt and cash from the Treasury.", "Economy")
    )
    use_mood: bool = field(default=False, metadata=_about("Fetch Fear & Greed from alternative.me.", "Economy"))
    use_headlines: bool = field(
        default=False, metadata=_about("Fetch headlines on the watched symbols from Yahoo.", "Economy")
    )
    sessions_below: int = field(
        default=63,
        metadata=_about(
            "How long the price must have stayed below its high for a new high to count as a break.",
            "Breaks",
            unit="sessions",
            least=0,
            most=2520,
        ),
    )
    near_percent: float = field(
        default=3.0,
        metadata=_about("How close to its high a price counts as near.", "Breaks", unit="%", least=0.1, most=50),
    )
    confirm_closes: int = field(
        default=3,
        metadata=_about(
            "Closes in a row above the high that confirm a break.", "Breaks", unit="closes", least=1, most=60
        ),
    )
    levels: Symbols = field(
        default=(),
        metadata=_about(
            "Levels marked in the charts: of each the symbol, the price, a name that stays, and what it is for.",
            "Charts",
            least=0,
            most=1000,
            entries="levels",
        ),
    )
    correlation_window: int = field(
        default=63,
        metadata=_about(
            "Returns that a rolling correlation looks back on.", "Charts", unit="returns", least=3, most=2520
        ),
    )
    follower: str = field(
        default="BTC-USD",
        metadata=_about(
            "Symbol whose course after earlier breaks the alert of a break tells of.", "Alerts", entries="symbol"
        ),
    )
    horizon_days: int = field(
        default=90,
        metadata=_about("How long after those breaks it looks.", "Alerts", unit="days", least=1, most=3650),
    )
    keep_judgements_days: int = field(
        default=730,
        metadata=_about(
            "How long judgements that led to no alert are kept in the trail; alerts stay for good.",
            "Alerts",
            unit="days",
            least=30,
            most=36_500,
        ),
    )
    notify: bool = field(default=True, metadata=_about("Show desktop notifications.", "Alerts"))
    sound: bool = field(default=False, metadata=_about("Sound the system’s bell with an alert.", "Alerts"))
    quiet_hours: bool = field(
        default=False,
        metadata=_about("Keep alerts that are not urgent until the quiet hours are over.", "Alerts"),
    )
    quiet_from: str = field(
        default="22:00", metadata=_about("When the quiet hours begin, by this computer’s clock.", "Alerts")
    )
    quiet_to: str = field(
        default="07:00",
        metadata=_about("When they end; earlier than they begin means the next morning.", "Alerts"),
    )
    forwarders: Symbols = field(
        default=(),
        metadata=_about(
            "Forwarders that pass alerts on, by name; their addresses are in the keyring.",
            "Forwarding",
            most=20,
            entries="names",
        ),
    )
    forwarders_off: Symbols = field(
        default=(),
        metadata=_about(
            "Forwarders that are set up and switched off, by name.", "Forwarding", most=20, entries="names"
        ),
    )
    theme: ThemeChoice = field(
        default="system", metadata=_about("Colours of the window.", "Window", choices=("system", "dark", "light"))
    )
    on_close: OnClose = field(
        default="tray",
        metadata=_about("What closing the window does.", "Window", choices=("tray", "minimise", "quit")),
    )
    start_at_login: bool = field(default=False, metadata=_about("Start hidden in the tray when you log in.", "Window"))
    start_hidden: bool = field(default=False, metadata=_about("Start without showing the window.", "Window"))


def load(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings of a file and what was wrong with it, in sentences for the user; never raises.

    A missing file means defaults.  An unknown or wrong value is named and ignored; a file that cannot be
    understood at all is set aside under another name.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = tomllib.loads(text)
    except FileNotFoundError:
        return Settings(), ()
    except OSError:
        return Settings(), (f"The settings file {path.name} cannot be read, so the default settings are used.",)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Settings(), (_set_aside(path, error),)
    return from_table(table)


def from_table(table: Mapping[str, object]) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings that a table of plain values gives, and what was wrong with it."""
    options = {option.name: option for option in fields(Settings)}
    problems = [f"The setting “{name}” is unknown and was ignored." for name in table if name not in options]
    values = {}
    for name, option in options.items():
        if name in table:
            value, problem = _read(option, table[name])
            problems.extend([problem] if problem else [])
            values.update({} if value is None else {name: value})
    return Settings(**values), tuple(problems)


def save(path: Path, settings: Settings) -> None:
    """Write the settings, keeping the user's comments, order and unknown values; raises `SettingsError`.

    The file is replaced as a whole: after a crash it is either the old or the new one.
    """
    import tomlkit  # late: only writing needs it

    try:
        document = _document(path)
        has_tables = any(isinstance(value, dict) for value in document.values())
        for option in fields(Settings):
            value = getattr(settings, option.name)
            plain = list(value) if isinstance(value, tuple) else value
            if option.name not in document and not has_tables:  # after a table it would stand in the table
                document.add(tomlkit.nl())
                document.add(tomlkit.comment(_comment(option)))
            if document.get(option.name) != plain:
                document[option.name] = plain
        replace_text(path, tomlkit.dumps(document))
    except OSError as error:
        raise SettingsError(
            "The settings could not be saved, so they hold until the app is closed. "
            "Please check that the folder of this profile can be written to and that the disk is not full."
        ) from error


def problem_with(name: str, value: object) -> str | None:
    """Return what is wrong with a value for an option, as a sentence; None when it is fine."""
    option = next(option for option in fields(Settings) if option.name == name)
    return _read(option, value)[1]


def _read(option: Field[Any], value: object) -> tuple[Any, str | None]:
    """Return the value as the option's type, or None, and what is wrong with it, or None."""
    default = option.default
    if isinstance(default, tuple):
        return _read_symbols(option, value)
    if choices := option.metadata["choices"]:
        fine = value in choices
        return (value, None) if fine else (None, _wrong(option, f"one of {', '.join(choices)}"))
    if isinstance(default, bool):
        return (value, None) if isinstance(value, bool) else (None, _wrong(option, "true or false"))
    if option.metadata["entries"] == "symbol":
        return (value, None) if _is_symbol(value) else (None, _wrong(option, "a symbol"))
    if isinstance(default, str):
        fine = isinstance(value, str) and _TIME.fullmatch(value) is not None
        return (value, None) if fine else (None, _wrong(option, "a time of day such as 22:00"))
    return _read_number(option, value)


def _read_number(option: Field[Any], value: object) -> tuple[Any, str | None]:
    least, most, unit = option.metadata["min"], option.metadata["max"], option.metadata["unit"]
    whole = isinstance(option.default, int)
    kind = "a whole number" if whole else "a number"
    expected = f"{kind} from {least:g} to {most:g}" + (f" ({unit})" if unit else "")
    wrong_type = isinstance(value, bool) or (whole and isinstance(value, float))
    if wrong_type or not isinstance(value, int | float) or not least <= value <= most:
        return None, _wrong(option, expected)
    return (value if whole else float(value)), None


def _read_symbols(option: Field[Any], value: object) -> tuple[Any, str | None]:
    """Keep the entries that are good, each once, and name the others."""
    least, most, entries = option.metadata["min"] or 0, option.metadata["max"] or math.inf, option.metadata["entries"]
    if not isinstance(value, list | tuple):
        return None, _wrong(option, f"a list of {entries}")
    is_good = {"levels": _is_level, "names": is_name}.get(entries, _is_symbol)
    good = tuple(dict.fromkeys(item for item in value if is_good(item)))
    if not least <= len(good) <= most:
        return None, _wrong(option, f"a list of {least:g} to {most:g} {entries}")
    bad = [str(item) for item in value if not is_good(item)]
    if bad:
        what = f"no {entries.removesuffix('s')}"
        return good, f"The setting “{option.name}” holds what is {what}, which was ignored: {', '.join(bad)}."
    return good, None


def _is_level(item: object) -> bool:
    return isinstance(item, str) and item.isprintable() and read_level(item) is not None


def is_name(item: object) -> bool:
    """Whether something can be the name of a forwarder: a short line of printable signs."""
    return isinstance(item, str) and 0 < len(item) <= _LONGEST_SYMBOL and item.isprintable() and item == item.strip()


def _is_symbol(item: object) -> bool:
    return isinstance(item, str) and 0 < len(item) <= _LONGEST_SYMBOL and item.isprintable() and " " not in item


def _wrong(option: Field[Any], expected: str) -> str:
    default = option.default
    shown = ", ".join(default) if isinstance(default, tuple) else str(default).lower()
    return f"The setting “{option.name}” must be {expected}; the default is used instead: {shown}."


def _comment(option: Field[Any]) -> str:
    unit, choices = option.metadata["unit"], option.metadata["choices"]
    details = f" In {unit}." if unit else ""
    return str(option.metadata["doc"]) + details + (f" One of: {', '.join(choices)}." if choices else "")


def _document(path: Path) -> TOMLDocument:
    """Return the present file as an editable document; a new one where there is none that can be understood."""
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        return tomlkit.parse(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        pass
    except (UnicodeDecodeError, ParseError) as error:
        _set_aside(path, error)
    document = tomlkit.document()
    document.add(tomlkit.comment("Settings of Bellwether. Lines that start with # are comments and stay."))
    return document


def _set_aside(path: Path, error: ValueError) -> str:
    """Rename a file that cannot be understood and return the sentence that says so."""
    aside = path.with_name(f"{path.name}.broken")
    number = 2
    while aside.exists():
        aside = path.with_name(f"{path.name}.broken-{number}")
        number += 1
    where = f" ({error})" if isinstance(error, tomllib.TOMLDecodeError) else ""
    try:
        path.rename(aside)
    except OSError:
        return f"The settings file {path.name} cannot be understood{where}, so the default settings are used."
    return (
        f"The settings file {path.name} could not be understood{where}. "
        f"It was set aside as {aside.name}, and the default settings are used."
    )
