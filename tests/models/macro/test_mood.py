"""Fear and greed: what followed each zone by a plain walk, and titles that hold nothing but text."""

from __future__ import annotations

import datetime as dt
import json
import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.macro_store import Headline
from models.evidence.refusals import RefusedError
from models.macro.economy import Economy
from models.macro.mood import ZONES, mood, plain_title, zone_of
from tests.support.economy import LATER, recorded
from tests.support.shared_data import shared
from tests.support.studied import coin, walk

DAYS = [str(dt.date(2024, 1, 1) + dt.timedelta(days=number)) for number in range(300)]
VALUES = np.random.default_rng(3).integers(0, 101, 300).astype(float).tolist()
STORED = {"FEAR_GREED": recorded("FEAR_GREED", DAYS, VALUES)}


def headline(title: str = "Prices rise", link: str = "https://example.org/a") -> Headline:
    return Headline("BTC-USD", "k", title, "A Paper", link, LATER)


@pytest.mark.parametrize("weeks", [4, 13])
def test_that_what_followed_a_zone_is_what_a_plain_walk_finds(weeks: int) -> None:
    asset = coin(walk(4, 330), "2023-12-20")
    found = {(one.zone, one.weeks): one for one in mood(Economy(STORED, LATER), asset, ()).after}
    closes = dict(zip(asset.session.tolist(), asset.close.tolist(), strict=True))
    for zone, least, most in (*ZONES, ("any day", 0, 100)):
        gained, apart, free = [], 0, dt.date(1, 1, 1)
        for text, value in zip(DAYS, VALUES, strict=True):
            known = STORED["FEAR_GREED"].known_at[DAYS.index(text)]
            day = (dt.datetime.fromtimestamp(int(known), dt.UTC) - dt.timedelta(seconds=1)).date()
            later = day + dt.timedelta(days=7 * weeks)
            if least <= value <= most and day in closes and later in closes:
                gained.append(math.log(closes[later] / closes[day]))
                apart, free = (apart + 1, later) if day >= free else (apart, free)
        one = found[zone, weeks]
        assert (one.n, one.apart) == (len(gained), apart)
        assert one.median == pytest.approx(statistics.median(gained))
        assert one.rose == pytest.approx(statistics.mean(gain > 0 for gain in gained))


def test_that_every_whole_number_has_one_zone() -> None:
    told = [zone_of(value) for value in range(101)]
    assert list(dict.fromkeys(told)) == [name for name, _least, _most in ZONES]
    assert all(told[least] == told[most] == name for name, least, most in ZONES)


def test_that_the_zones_are_those_by_which_the_source_classified_every_real_day() -> None:
    rows = json.loads(shared("data/crypto/fng_alternative_me.json").read_text())["data"]
    assert len(rows) > 2500
    assert all(zone_of(float(row["value"])) == row["value_classification"].lower() for row in rows)


@given(st.text())
def test_that_a_title_holds_nothing_but_text_of_a_readable_length(title: str) -> None:
    plain = plain_title(title)
    assert len(plain) <= 200
    assert plain.isprintable()


def test_that_characters_that_turn_the_direction_or_break_the_line_are_gone() -> None:
    assert plain_title("Bit\u202ecoin\u2066 rises\n\x1b[31m  now\u200b") == "Bitcoin rises [31m now"


def test_that_a_headline_without_a_safe_link_is_not_shown() -> None:
    told = [headline(link="http://example.org"), headline(link="javascript:alert(1)"), headline()]
    assert len(mood(Economy({}, LATER), None, told).headlines) == 1


def test_that_nothing_stored_is_a_refusal_that_says_what_to_switch_on() -> None:
    with pytest.raises(RefusedError, match=r"Switch on alternative\.me or headlines"):
        mood(Economy({}, LATER), None, ())
