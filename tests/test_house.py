"""The house rules that a machine can hold."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.terminal.arguments import parser

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("data", "models", "ui", "resources", "tests")
FILES = (
    "main.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock",
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
)  # fmt: skip
LONGEST_MODULE = 400


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file of the project but this one."""
    inside = [path for room in (*ROOMS, ".ci") for path in (ROOT / room).rglob("*") if "__pycache__" not in path.parts]
    for path in (*(ROOT / name for name in FILES), *inside):
        if (
            path.is_file()
            and path.suffix not in {".otf", ".ttf", ".png", ".gz", ".parquet", ".sqlite3"}
            and path != Path(__file__)
        ):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def modules(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield the public classes, functions and methods of a module's or class's body."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{prefix}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}.{node.name}")


def undocumented(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [(path.stem, tree), *public(tree.body, path.stem)]
    return [name for name, node in names if not (ast.get_docstring(node) or "").strip()]


def test_that_every_public_name_of_data_and_models_says_what_it_is() -> None:
    assert [name for path in modules("data", "models") for name in undocumented(path)] == []


def test_that_no_module_outgrows_its_reader() -> None:
    long = {
        str(path.relative_to(ROOT)) for path in modules("data", "models", "ui") if len(lines_of(path)) > LONGEST_MODULE
    }
    assert long == set()


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_that_the_top_level_holds_the_rooms_and_nothing_else() -> None:
    seen = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and not path.name.startswith("__")}
    assert seen - {"build"} == {*ROOMS, *FILES}


def test_that_nothing_is_left_to_do_in_a_comment() -> None:
    assert [name for name, text in texts() if re.search(r"\b(TODO|FIXME|XXX)\b", text)] == []


def test_that_the_project_names_no_registry_and_no_path_of_a_machine() -> None:
    registries = r"pypi\.org|pythonhosted|anaconda\.org|deb\.debian\.org|archive\.ubuntu\.com"
    paths = r"(?<![\w.~$}])/(?:work|tmp|root|opt|home/\w+|Users/\w+)/\w"
    found = {name: match.group() for name, text in texts() if (match := re.search(f"{registries}|{paths}", text))}
    assert found == {}


def pins_of_project() -> dict[str, tuple[str, ...]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        "requirements.lock": tuple(project["project"]["dependencies"]),
        "requirements-dev.lock": (*project["project"]["dependencies"], *project["dependency-groups"]["dev"]),
    }


def pins_of_lock(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+==[^ \\]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def as_locked(pin: str) -> str:
    name, _, version = pin.partition(";")[0].partition("==")
    return f"{re.sub(r'[-_.]+', '-', name.strip()).lower()}=={version.strip()}"


def test_that_every_dependency_is_pinned_and_says_what_it_is_for() -> None:
    listed = dict(
        re.findall(r'^    ("[^"]+"),[ ]*(# .+)?$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for pin in pins_of_project()["requirements-dev.lock"]:
        assert re.fullmatch(r"[\w.-]+==[\w.]+(; .+)?", pin), pin
        assert listed[f'"{pin}"'], f"{pin} has no comment"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_that_the_lock_holds_the_projects_pins_with_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert {as_locked(pin) for pin in pins_of_project()[lock]} <= pins_of_lock(lock)
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"\n(?=\w)", text.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_that_what_is_tested_is_what_runs() -> None:
    assert pins_of_lock("requirements.lock") <= pins_of_lock("requirements-dev.lock")


def test_that_the_readme_speaks_of_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        spoken = set(
            re.findall(r"(?:^|`)(?:sudo )?make ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        )
        assert spoken
        assert spoken <= targets


def test_that_the_readme_and_the_command_line_know_the_same_verbs() -> None:
    spoken = set(re.findall(r"main\.py ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    offered = set(re.findall(r"^    (\w+) ", parser().format_help(), re.MULTILINE))
    assert spoken == offered


def test_that_the_pictures_in_the_readme_are_there() -> None:
    shown = re.sub(r"<!--.*?-->", "", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", shown)
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []


def test_that_the_desktop_entry_and_the_metadata_agree() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(ROOT / "resources" / "bellwether.desktop", encoding="utf-8")
    component = ET.parse(ROOT / "resources" / "bellwether.metainfo.xml").getroot()
    main = entry["Desktop Entry"]
    assert component.findtext("launchable") == "bellwether.desktop"
    assert component.findtext("name") == main["Name"]
    assert component.findtext("icon") == main["Icon"]
    assert component.findtext("provides/binary") == main["Exec"].split()[0]
    assert (ROOT / "resources" / "icons" / f"{main['Icon']}.svg").is_file()
