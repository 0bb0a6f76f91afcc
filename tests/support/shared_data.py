"""Where real prices and reference cases lie, for the tests that use them; a clone on its own does without."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


def shared(path: str) -> Path:
    """Return `path` below the folder `shared` beside the project, skipping the test where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs {path} in a folder named shared beside the project, which is not here")
    return found
