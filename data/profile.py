"""Where one user's data live: one folder, whose parts have fixed names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.database import StoreError


@dataclass(frozen=True, slots=True)
class Profile:
    """The folder of one user of the app; a second folder is a second user."""

    folder: Path

    @property
    def database(self) -> Path:
        """Bars, alerts and everything else that must not be lost."""
        return self.folder / "bellwether.sqlite3"

    @property
    def settings(self) -> Path:
        """What the user chose, as text."""
        return self.folder / "settings.toml"

    @property
    def log(self) -> Path:
        """What the app did, for finding faults."""
        return self.folder / "bellwether.log"

    @property
    def window_state(self) -> Path:
        """Where the window and its parts were."""
        return self.folder / "window.ini"

    @property
    def cache(self) -> Path:
        """What can be fetched again at any time."""
        return self.folder / "cache"

    def create(self) -> None:
        """Make the folder, readable by its owner alone; raises `StoreError` of kind "readonly"."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("readonly") from error


def default_profile() -> Profile:
    """Return the profile in the folder that the platform gives a program's data; makes nothing."""
    import platformdirs  # late: most starts of tests and of other profiles never need it

    return Profile(platformdirs.user_data_path("bellwether", appauthor=False))
