"""How a verb says no."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request that cannot be met, in one clear sentence for the user; the exit code is 1."""
