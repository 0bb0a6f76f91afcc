"""What is kept of an answer: some requests have a ledger in the profile, to which each answer adds."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, runtime_checkable

from data.database import Database
from models.lab.asking import Inputs, Request

Result = TypeVar("Result")


@runtime_checkable
class Filing(Protocol):
    """A request that keeps something of its answer, and shows with it what was kept before."""

    def file(self, found: Any, inputs: Inputs, database: Database) -> Any:  # noqa: ANN401 - each its own
        """Return the answer with what is kept.  Never raises `StoreError`: the answer says what was not kept."""


def filed(request: Request[Result], found: Result, inputs: Inputs, database: Database) -> Result:
    """Return the answer, kept where the request keeps anything; to be called in a worker, since it writes."""
    if isinstance(request, Filing):
        kept: Result = request.file(found, inputs, database)
        return kept
    return found
