"""Plain tables and plain figures for the terminal."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return rows under a head, each column as wide as its widest cell; the columns in `right` are aligned right."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    )


def price(value: float, decimals: int) -> str:
    """Return a price with thousands separated."""
    return f"{value:,.{decimals}f}"


def fraction(value: float | None) -> str:
    """Return a fraction as a signed percentage; an empty text for None."""
    return "" if value is None else f"{value:+.2%}".replace("-", "−").replace("+0.00%", "0.00%")
