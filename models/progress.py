"""How far a piece of work has come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` steps, and a sentence that says what is being done; finished when `done` reaches `total`.

    A `total` of 0 stands for work whose length is not known.
    """

    done: int
    total: int
    text: str = ""

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""
        return self.total > 0 and self.done >= self.total
