"""The claims that the user wrote down: a small TOML file, read whole and replaced whole."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, cast

from data.whole_file import replace_text

Outcome = Literal["A", "B", "C", "D"]


class ClaimBookError(Exception):
    """The claims could not be read or kept: a sentence for the user, its cause beneath."""


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """After a break of the leader, the follower has the outcome within `horizon` calendar days in a `share` of cases.

    `created` is when it was fixed, before its result was seen.  Raises ValueError with a sentence for what is no claim.
    """

    name: str
    leader: str
    follower: str
    share: float
    created: dt.date
    horizon: int = 90
    outcome: Outcome = "A"
    sessions_below: int = 63

    def __post_init__(self) -> None:
        """Refuse what cannot be tested: a file edited by hand may hold anything."""
        texts, numbers = (self.name, self.leader, self.follower, self.outcome), (self.horizon, self.sessions_below)
        if not all(isinstance(one, str) for one in texts) or any(type(one) is not int for one in numbers):
            raise ValueError("Names, assets and outcomes are texts, days and sessions whole numbers.")
        if type(self.share) is not float or type(self.created) is not dt.date:
            raise ValueError("A share is a number such as 0.65, and a claim is created on a date such as 2026-01-31.")
        if not self.name.strip():
            raise ValueError("A claim needs a name.")
        if self.leader == self.follower:
            raise ValueError("Leader and follower must be two different assets.")
        if not 0 < self.share < 1:
            raise ValueError("The claimed share must lie between 0 and 100 %, and be neither.")
        if not (
            1 <= self.horizon <= 3660 and 0 <= self.sessions_below <= 9999 and self.outcome in ("A", "B", "C", "D")
        ):
            raise ValueError("A horizon is 1 to 3,660 days, sessions below 0 to 9,999, an outcome A, B, C or D.")


def read_claims(path: Path) -> tuple[OwnClaim, ...]:
    """Return the claims of the file, none where there is no file.  Raises `ClaimBookError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimBookError(f"Your claims in {path.name} could not be read; they are left as they are.") from error
    try:
        return tuple(OwnClaim(**cast("dict[str, str]", entry)) for entry in tomllib.loads(text).get("claim", []))  # type: ignore[arg-type]
    except (tomllib.TOMLDecodeError, TypeError, ValueError, AttributeError) as error:
        raise ClaimBookError(f"{path.name} holds something that is no claim ({error}); it is left as it is.") from error


def keep_claims(path: Path, claims: Sequence[OwnClaim]) -> None:
    """Replace the file by these claims.  Raises `ClaimBookError`; what was there stays then."""
    import tomlkit

    document = tomlkit.document()
    entries = tomlkit.aot()
    for claim in claims:
        entry = tomlkit.table()
        entry.update(asdict(claim))
        entries.append(entry)
    document["claim"] = entries
    try:
        replace_text(path, tomlkit.dumps(document))
    except OSError as error:
        raise ClaimBookError("Your claims could not be kept: the profile cannot be written.") from error
