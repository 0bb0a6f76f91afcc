"""Is this history whole?  What is wrong with it is named, and decides what may be said of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Severity = Literal["note", "warning", "blocking"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the audit found, in a sentence for the user, with the sessions it is about.

    A note is worth knowing, a warning casts doubt, a blocking one forbids every verdict.
    """

    kind: str
    severity: Severity
    message: str
    sessions: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything found in one history.

    `calendar_checked` is False where the sessions could not be compared with the exchange's calendar yet, as at the
    first paint: then nothing may be announced, whatever else was found.
    """

    findings: tuple[Finding, ...] = ()
    calendar_checked: bool = True

    @property
    def whole(self) -> bool:
        """Whether verdicts may be given on this history."""
        return not any(finding.severity == "blocking" for finding in self.findings)
