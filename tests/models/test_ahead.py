"""What the panes show first, read while the window is still being built."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.catalog import BITCOIN, RUSSELL_2000, asset_for
from data.database import StoreError
from data.ledger import Ledger
from data.profile import Profile
from data.settings import Settings
from data.source import Fetched
from models.ahead import read_ahead
from models.desk import Desk
from tests.support.scripted import parts_of
from tests.support.views import bars_of

NOW = dt.datetime(2020, 1, 17, 22, tzinfo=dt.UTC)
PATIENCE = 10


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    parts = parts_of(tmp_path, lambda: NOW, ())
    parts.store.merge(Fetched("^RUT", bars_of([100, 101, 90]), "Test", NOW))
    assets = (asset_for("IWM"), BITCOIN, RUSSELL_2000)
    yield Desk(Profile(tmp_path), Settings(panes=("^RUT", "BTC-USD")), (), parts, Ledger(parts.store), assets)
    parts.store.close()


def test_that_a_store_that_cannot_be_read_is_told_and_not_raised(desk: Desk) -> None:
    desk.parts.store.close()
    assert isinstance(read_ahead(desk).result(PATIENCE), StoreError)


def test_that_a_fault_of_ours_reaches_whoever_waits(desk: Desk) -> None:
    broken = replace(desk, parts=replace(desk.parts, clock=lambda: 1 / 0))
    with pytest.raises(ZeroDivisionError):
        read_ahead(broken).result(PATIENCE)


def test_that_only_the_panes_are_read_in_the_order_of_the_watchlist(desk: Desk) -> None:
    views = read_ahead(desk).result(PATIENCE)
    assert [view.asset.symbol for view in views] == ["BTC-USD", "^RUT"]
    assert len(views[1].bars) == 3
    assert not views[1].audit.calendar_checked
