"""How a verb has a study done: inputs from the store, progress to standard error, a refusal in one line."""

from __future__ import annotations

import sys
from typing import TypeVar

from models.desk import Desk
from models.lab.asking import RefusedError, Request
from models.lab.filing import filed
from models.lab.reading import stored_inputs
from ui.terminal.refusal import Refusal

Result = TypeVar("Result")


def performed(desk: Desk, request: Request[Result]) -> Result:
    """Return the answer, worked out in this process.  Raises `Refusal` where there is none."""
    try:
        inputs = stored_inputs(desk.parts, request)
        for symbol, history in inputs.histories.items():
            if history.warning:
                print(f"{symbol}: {history.warning}", file=sys.stderr)
        return filed(request, request.perform(inputs, _report), inputs, desk.parts.store.database)
    except RefusedError as refused:
        raise Refusal(str(refused)) from refused


def _report(done: float, doing: str) -> None:
    print(f"{done * 100:3.0f} % · {doing}", file=sys.stderr, flush=True)
