"""Which verb does what."""

from __future__ import annotations

import argparse
import importlib
import sys

from data.database import StoreError
from models.desk import Desk
from ui.terminal.refusal import Refusal

_VERBS = {  # verb: module, function
    "status": ("status", "run"),
    "refresh": ("refresh", "run"),
    "watch": ("watch", "run"),
    "import": ("files", "bring"),
    "export": ("files", "give"),
    "breakouts": ("breakouts", "run"),
    "snapshot": ("snapshot", "run"),
    "doctor": ("doctor", "run"),
}


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Run the chosen verb and return its exit code; what cannot be done is one line on standard error and a 1."""
    module, function = _VERBS[options.verb]
    try:
        for notice in desk.parts.store.notices:
            print(notice, file=sys.stderr)
        code: int = getattr(importlib.import_module(f"ui.terminal.{module}"), function)(desk, options)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except StoreError as error:
        print(error.message, file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return code
