"""The claims that the user wrote down: a small TOML file, of which every entry and every earlier wording stays."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from data.whole_file import replace_text

if TYPE_CHECKING:
    from tomlkit.items import Table

Outcome = Literal["A", "B", "C", "D"]
_OUTCOMES = ("A", "B", "C", "D")


class ClaimBookError(Exception):
    """The claims could not be read or kept: a sentence for the user, its cause beneath."""


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """What is claimed: after a break of the leader, the follower has the outcome in a `share` of cases.

    `horizon` is in calendar days, `sessions_below` how many sessions the leader was below its high before the break.
    Raises ValueError with a sentence for what cannot be tested.
    """

    leader: str
    follower: str
    share: float
    horizon: int = 90
    outcome: Outcome = "A"
    sessions_below: int = 63

    def __post_init__(self) -> None:
        """Refuse what cannot be tested: a file edited by hand may hold anything."""
        if not all(isinstance(one, str) for one in (self.leader, self.follower, self.outcome)):
            raise ValueError("Names, assets and outcomes are texts.")
        if any(type(one) is not int for one in (self.horizon, self.sessions_below)):
            raise ValueError("Days and sessions are whole numbers.")
        if type(self.share) is not float or not 0 < self.share < 1:
            raise ValueError("The claimed share must lie between 0 and 100 %, and be neither, such as 0.65.")
        if not self.leader.strip() or not self.follower.strip() or self.leader == self.follower:
            raise ValueError("Leader and follower must be two different assets.")
        if not (1 <= self.horizon <= 3660 and 0 <= self.sessions_below <= 9999 and self.outcome in _OUTCOMES):
            raise ValueError("A horizon is 1 to 3,660 days, sessions below 0 to 9,999, an outcome A, B, C or D.")


@dataclass(frozen=True, slots=True)
class Revision:
    """What a claim said before it was changed, and the moment (or, in old files, the day) until which it said so."""

    terms: ClaimTerms
    until: dt.date


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """A claim of the user's by its name; its terms as `ClaimTerms` has them.

    `created` is when it was first fixed (an aware moment, or a day); a later change is kept among the `revisions`,
    oldest first.  `removed` is when it was dropped.  Raises ValueError with a sentence for what is no claim.
    """

    name: str
    leader: str
    follower: str
    share: float
    created: dt.date
    horizon: int = 90
    outcome: Outcome = "A"
    sessions_below: int = 63
    revisions: tuple[Revision, ...] = ()
    removed: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse what is no claim."""
        if not isinstance(self.name, str) or not self.name.strip():
            raise ValueError("A claim needs a name, which is a text.")
        moments = (self.created, *(one.until for one in self.revisions))
        if not all(_is_moment(one) for one in moments) or not (self.removed is None or _is_moment(self.removed)):
            raise ValueError("A moment is a date such as 2026-01-31, or one with a time and its time zone.")
        _ = self.terms

    @property
    def terms(self) -> ClaimTerms:
        """Return what is claimed now."""
        return ClaimTerms(
            self.leader, self.follower, self.share, self.horizon, self.outcome, self.sessions_below
        )  # fmt: skip


def added(book: Sequence[OwnClaim], name: str, terms: ClaimTerms, now: dt.datetime) -> tuple[OwnClaim, ...]:
    """Return the book with this claim in it.  Raises ValueError for a name in use and for what is no claim.

    A name that was dropped before comes back with its first `created`; other terms than before are a revision.
    """
    before = next((claim for claim in book if claim.name == name), None)
    if before is None:
        return (*book, OwnClaim(name, created=now, **asdict(terms)))
    if before.removed is None:
        raise ValueError(f"There is a claim called “{name}” already; 'claims remove' drops it.")
    past = before.revisions if terms == before.terms else (*before.revisions, Revision(before.terms, now))
    again = replace(before, **asdict(terms), revisions=past, removed=None)
    return tuple(again if claim is before else claim for claim in book)


def dropped(book: Sequence[OwnClaim], name: str, now: dt.datetime) -> tuple[OwnClaim, ...]:
    """Return the book with this claim marked as removed.  Raises ValueError where there is none of this name."""
    if all(claim.name != name or claim.removed is not None for claim in book):
        raise ValueError(f"There is no claim of yours called “{name}”.")
    return tuple(replace(claim, removed=now) if claim.name == name else claim for claim in book)


def read_claims(path: Path) -> tuple[OwnClaim, ...]:
    """Return the claims of the file, removed ones too, none where there is no file.  Raises `ClaimBookError`."""
    text = _text(path)
    if text is None:
        return ()
    try:
        entries = tomllib.loads(text).get("claim", [])
    except tomllib.TOMLDecodeError as error:
        raise ClaimBookError(f"{path.name} is no TOML any more ({error}); it is left as it is.") from error
    if not isinstance(entries, list):
        raise ClaimBookError(f"{path.name} holds something that is no claim; it is left as it is.")
    claims = tuple(_claim(path, number, entry) for number, entry in enumerate(entries, 1))
    names = [claim.name for claim in claims]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ClaimBookError(f"{path.name} holds two claims called “{twice}”; it is left as it is.")
    return claims


def keep_claims(path: Path, claims: Sequence[OwnClaim]) -> None:
    """Write these claims into the file; what else it holds, notes by hand too, stays.  Raises `ClaimBookError`."""
    import tomlkit
    from tomlkit.items import AoT

    document = tomlkit.parse(_text(path) or "")
    if not isinstance(document.get("claim"), AoT):
        document["claim"] = tomlkit.aot()
    entries = document["claim"]
    by_name = {str(entry["name"]): entry for entry in entries}
    for claim in claims:
        if claim.name in by_name:
            _update(by_name[claim.name], claim)
        else:
            _update(entry := tomlkit.table(), claim)
            entries.append(entry)
    try:
        replace_text(path, tomlkit.dumps(document))
    except OSError as error:
        raise ClaimBookError("Your claims could not be kept: the profile cannot be written.") from error


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimBookError(f"Your claims in {path.name} could not be read; they are left as they are.") from error


def _claim(path: Path, number: int, entry: object) -> OwnClaim:
    name = entry.get("name", "without a name") if isinstance(entry, dict) else "without a name"
    try:
        if not isinstance(entry, dict):
            raise TypeError("it is no table")
        told = dict(entry)
        past = tuple(_revision(one) for one in told.pop("revisions", []))
        return OwnClaim(**told, revisions=past)
    except (TypeError, ValueError, AttributeError) as error:
        raise ClaimBookError(
            f"{path.name} holds something that is no claim: entry {number} (“{name}”). {error} It is left as it is."
        ) from error


def _revision(entry: Mapping[str, Any]) -> Revision:
    told = dict(entry)
    until = told.pop("until", None)
    if until is None:
        raise ValueError("An earlier wording needs the moment until which it held.")
    return Revision(ClaimTerms(**told), until)


def _is_moment(value: object) -> bool:
    return type(value) is dt.date or (isinstance(value, dt.datetime) and value.tzinfo is not None)


def _update(entry: Table, claim: OwnClaim) -> None:
    """Change what differs and touch nothing else, so that notes by hand stay."""
    told = {field.name: getattr(claim, field.name) for field in fields(claim) if field.name != "revisions"}
    told["revisions"] = [asdict(one.terms) | {"until": one.until} for one in claim.revisions]
    for key, value in told.items():
        before = entry[key].unwrap() if key in entry else None
        if value is None or value == []:
            if key in entry:
                del entry[key]
        elif value != before:
            entry[key] = value
