"""Who may know whom: data <- models <- ui <- main, Qt only where it is needed, the slow imports only when used."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("data", "models", "ui")
ALLOWED = {"data": {"data"}, "models": {"data", "models"}, "ui": {"data", "models", "ui"}}
QT = {"PySide6", "shiboken6", "pyqtgraph"}
# The files of models that run work or speak in signals, and so may know QtCore, and nothing else of Qt.
WORKING_MODELS = {
    "market.py",
    "jobs.py",
    "intraday_market.py",
    "live.py",
    "live_watch.py",
    "economy_market.py",
    "forecast_keeper.py",
}
# The one verb that runs Qt's loop; the verbs are imported only when they are called.
LOOPING_VERBS = {"watch.py"}
# What costs so much to import that only the function that uses it may: it runs in a worker, on first use.
LATE = {"pandas", "yfinance", "exchange_calendars", "scipy", "requests", "keyring", "pyarrow"}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def path_of(name: str) -> Path:
    return (ROOT / Path(*name.split("."))).with_suffix(".py")


def imports(node: ast.AST) -> Iterator[str]:
    """Yield the full name of everything imported in `node` or below it."""
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            yield from (alias.name for alias in found.names)
        elif isinstance(found, ast.ImportFrom):
            assert found.level == 0, f"line {found.lineno} imports relatively; say the whole name"
            assert found.module is not None
            yield from (f"{found.module}.{alias.name}" for alias in found.names)


def top_level_imports(path: Path) -> set[str]:
    """Return what importing the module imports: everything outside functions and `if TYPE_CHECKING`."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.update(imports(node))
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting.extend(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def all_imports(path: Path) -> set[str]:
    return set(imports(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("layer", LAYERS)
def test_that_each_layer_imports_only_the_layers_below_it(layer: str) -> None:
    assert modules(layer), f"{layer} is empty"
    for path in modules(layer):
        above = (tops(all_imports(path)) & {*LAYERS, "main", "tests"}) - ALLOWED[layer]
        assert not above, f"{name_of(path)} imports {above}"


def test_that_data_knows_no_qt() -> None:
    for path in modules("data"):
        assert not tops(all_imports(path)) & QT, name_of(path)


def test_that_models_know_qtcore_alone_and_only_where_work_is_run() -> None:
    for path in modules("models"):
        of_qt = {name for name in all_imports(path) if name.partition(".")[0] in QT}
        if path.name not in WORKING_MODELS or path.parent.name != "models":
            assert not of_qt, f"{name_of(path)} imports {of_qt}"
        assert all(name.startswith("PySide6.QtCore") for name in of_qt), f"{name_of(path)} imports {of_qt}"


def test_that_the_evidence_asks_no_clock_and_no_network() -> None:
    for path in modules("models/evidence"):
        assert not tops(all_imports(path)) & {"time", "requests", "socket", "urllib", "http", "sqlite3"}, name_of(path)


def test_that_the_terminal_imports_qt_only_inside_the_functions_that_use_it() -> None:
    for path in modules("ui/terminal"):
        of_qt = {name for name in top_level_imports(path) if name.partition(".")[0] in QT}
        if path.name in LOOPING_VERBS:
            of_qt = {name for name in of_qt if not name.startswith("PySide6.QtCore")}
        assert not of_qt, f"{name_of(path)} imports {of_qt}"


def test_that_only_the_charts_know_pyqtgraph() -> None:
    for path in (*modules("data"), *modules("models"), *modules("ui"), ROOT / "main.py"):
        if path.exists() and not path.is_relative_to(ROOT / "ui" / "charts"):
            assert "pyqtgraph" not in tops(all_imports(path)), name_of(path)


# It extends classes of what is slow, so it is itself imported late, which is held too.
WIRE = "data.wire"


def test_that_no_module_imports_at_its_top_what_is_slow_to_import() -> None:
    for path in (*modules("data"), *modules("models"), *modules("ui"), ROOT / "main.py"):
        if path.exists():
            imported = top_level_imports(path)
            assert name_of(path) == WIRE or not tops(imported) & LATE, name_of(path)
            assert not any(each == WIRE or each.startswith(f"{WIRE}.") for each in imported), name_of(path)


@pytest.mark.parametrize("module", [m for m in ("main", "ui.window", "ui.charts.linked") if path_of(m).exists()])
def test_that_importing_what_the_window_needs_brings_nothing_slow(module: str) -> None:
    seen = imported_by(module)
    assert module in seen
    assert not tops(seen) & LATE


def test_that_the_command_line_starts_without_qt() -> None:
    names = [name_of(path) for path in modules("ui/terminal") if path.name not in LOOPING_VERBS]
    assert not tops(imported_by("main", *names)) & QT


def imported_by(*names: str) -> set[str]:
    """Return the names of all modules that a fresh interpreter imports for these."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {', '.join(names)}"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    lines = done.stderr.splitlines()
    assert done.returncode == 0, "\n".join(line for line in lines if not line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
