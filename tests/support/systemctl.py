"""A systemctl at the edge of the world: it writes down what it is told, and refuses on request."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

SCRIPT = """#!{python}
import pathlib, sys
told, refused = pathlib.Path({told!r}), pathlib.Path({refused!r})
with told.open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if refused.exists() and refused.read_text() in sys.argv:
    sys.stderr.write("Failed to connect to bus\\n")
    sys.exit(1)
if "is-active" in sys.argv:
    print("active")
"""


@dataclass(frozen=True)
class Systemctl:
    """The program's folder, to be put on the path, and what it was told so far."""

    folder: Path

    @staticmethod
    def placed_in(folder: Path) -> Systemctl:
        """Write the program into a folder of its own."""
        made = Systemctl(folder / "bin")
        made.folder.mkdir()
        text = SCRIPT.format(python=sys.executable, told=str(made._told), refused=str(made._refused))
        program = made.folder / "systemctl"
        program.write_text(text)
        program.chmod(0o755)
        return made

    @property
    def _told(self) -> Path:
        return self.folder / "told"

    @property
    def _refused(self) -> Path:
        return self.folder / "refused"

    @property
    def told(self) -> list[str]:
        """Every command so far."""
        return self._told.read_text().splitlines() if self._told.exists() else []

    def refuse(self, word: str) -> None:
        """Fail from now on whenever a command holds this word."""
        self._refused.write_text(word)
