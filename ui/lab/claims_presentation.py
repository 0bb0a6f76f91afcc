"""What the page and the report show of the claims: a card each."""

from __future__ import annotations

from collections import Counter

from models.dates import date_text
from models.evidence.claims import Judged
from models.lab.claims import ClaimsAnswer, ClaimsRequest
from ui.lab.presentation import Presentation, Table

HOW = (
    "The rule was fixed before anybody looked. Not testable: no data could speak to it. Cannot tell: fewer than eight"
    " events that do not overlap, or an interval wider than half of all shares. No extra information: the interval"
    " holds the base rate and chance does as well.",
    "Supported: the interval lies above the base rate, chance hardly does as well (p below 0.05, adjusted for all"
    " questions), and other samples point the same way. Contradicted: the same below.",
    "Where a claim is tested over several horizons, its verdict is what they all say; if they differ, one cannot tell.",
)


def present(found: ClaimsAnswer, _request: ClaimsRequest) -> Presentation:
    """Return all claims as they are shown."""
    counted = Counter(judged.finding.verdict.value for judged in found.judged)
    said = ", ".join(f"{count} “{verdict}”" for verdict, count in counted.most_common())
    return Presentation(
        title="Claims",
        sentence=f"Of {len(found.judged)} claims the data say: {said}.",
        tables=(_overview(found), *(_figures(judged) for judged in found.judged if judged.lines)),
        notes=tuple(f"{judged.claim.quote} {judged.note}" for judged in found.judged if judged.note),
        how=HOW,
        provenance=(
            *(f"{symbol} until {date_text(last)} ({source})" for symbol, source, last in found.data),
            f"seed {found.seed}",
        ),
    )


def _overview(found: ClaimsAnswer) -> Table:
    rows = tuple((judged.finding.verdict.value, judged.claim.quote, judged.finding.reason) for judged in found.judged)
    return Table(("verdict", "claim", "because"), rows, (), "Every claim, and what the data say")


def _figures(judged: Judged) -> Table:
    return Table(judged.heads, judged.lines, tuple(range(1, len(judged.heads))), judged.claim.quote)
