"""When nothing can be said, and the sentence that says so instead of a number."""

from __future__ import annotations

import numpy as np

from data.catalog import Asset
from models.dates import date_text
from models.evidence.alignment import Forward, Rows, Series

LEAST_EVENTS = 3
ENDED_DAYS = 30  # calendar days that a follower's prices may end before the leader's

_IN_LOWER_CASE = {"BTC-USD": "bitcoin", "ETH-USD": "ether"}


class RefusedError(Exception):
    """Nothing can be said: the text is a sentence for the user."""


def called(asset: Asset) -> str:
    """Return the asset's name as it stands in the middle of a sentence."""
    if asset.kind == "index":
        return f"the {asset.name}"
    return _IN_LOWER_CASE.get(asset.symbol, asset.name)


def sentence_case(text: str) -> str:
    """Return the text with its first letter large."""
    return text[:1].upper() + text[1:]


def fault_of_follower(leader: Series, follower: Series, entry: Rows) -> str | None:
    """Return why a follower can answer nothing in this sample, or None: the entries are the leader's into it."""
    name, leads = called(follower.asset), called(leader.asset)
    if len(leader) == 0:
        return f"There are no sessions of {leads} in this sample, so there is nothing to look back on."
    if len(follower) == 0:
        return f"There are no settled prices of {name}, so nothing can be said of it."
    days = follower.session[entry[entry >= 0]]
    if len(days) == 0:
        return f"The prices of {leads} and {name} have no day in common, so neither can be held against the other."
    if (leader.session[-1] - follower.session[-1]).astype(np.int64) > ENDED_DAYS:
        return (
            f"The prices of {name} end on {date_text(follower.last)}, those of {leads} only on"
            f" {date_text(leader.last)}. What it would have done since is unknown, and leaving that out would"
            " flatter it, so nothing is said."
        )
    within = follower.close[follower.session >= days[0]]
    if float(within.min()) == float(within.max()):
        return f"The price of {name} never changes in this sample, so there is no rise or fall to count."
    return None


def fault_of_horizon(known: Forward) -> str | None:
    """Return why this horizon cannot be answered, or None."""
    if len(known.base):
        return None
    follower = known.follower
    begun = follower.session[known.entry[known.entry >= 0].min()]
    if (follower.session[-1] - begun).astype(np.int64) < known.horizon:
        return (
            f"{known.horizon} days are longer than the history: prices of {called(follower.asset)} go from"
            f" {date_text(follower.first)} to {date_text(follower.last)}, so no day has one that long after it."
        )
    return f"No day of this sample was decided within {known.horizon} days, so there is nothing to count."


def too_few(known: Forward, n: int) -> str:
    """Return the sentence for fewer than three events."""
    name, leads = called(known.follower.asset), called(known.leader.asset)
    count = ("No break", "Only one break", "Only two breaks")[n]
    return f"{count} of {leads} can be followed by {name} for {known.horizon} days: too few to say anything."
