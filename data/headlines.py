"""Headlines as Yahoo's search tells them: what was written, by whom, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from data.macro_store import Headline


def read_headlines(symbol: str, news: Sequence[Mapping[str, Any]]) -> tuple[Headline, ...]:
    """Return the headlines of an answer, newest first; one without a title, a time or a link is left out."""
    found = {}
    for item in news:
        second, title, link = item.get("providerPublishTime"), item.get("title"), item.get("link")
        if not isinstance(second, int) or not isinstance(title, str) or not isinstance(link, str):
            continue
        if not title.strip() or not link.startswith("https://"):
            continue
        key = str(item.get("uuid") or link)
        publisher = str(item.get("publisher") or "")
        published = dt.datetime.fromtimestamp(second, dt.UTC)
        found[key] = Headline(symbol, key, " ".join(title.split()), publisher, link, published)
    return tuple(sorted(found.values(), key=lambda one: one.published_at, reverse=True))
