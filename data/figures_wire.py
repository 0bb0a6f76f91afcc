"""One request for figures of the economy, and what its failure means; an address with a key in it is told to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from data.answers import AnswerError, transport_failure
from data.source import FetchError

if TYPE_CHECKING:
    import requests

TIMEOUT = 10.0  # seconds for one request; it bounds how long an abandoned one lives on
KEPT = "What is stored stays as it is"


def ask(source: str, subject: str, url: str, query: Mapping[str, str], timeout: float) -> requests.Response:
    """Return the answer about `subject`, a status of 400 and above included, unless it says that the host is unwell.

    Proxies and certificates of the environment are honoured.  Raises `FetchError`, whose cause never holds the query.
    """
    import requests

    try:
        answer = requests.get(url, params=query, timeout=timeout, headers={"User-Agent": "Bellwether"})
    except requests.RequestException as error:
        # The library's own text quotes the whole address, and a key may stand in it.
        raise transport_failure(source, error) from AnswerError(0, url, type(error).__name__)
    if answer.status_code == 429:
        raise limited(source, answer.headers.get("Retry-After")) from useless(answer)
    if answer.status_code >= 500:
        raise FetchError(
            "down",
            f"{source} has a fault of its own at the moment. {KEPT}, and fetching is tried again by itself.",
        ) from useless(answer)
    if answer.status_code in (403, 407):
        raise FetchError("refused", f"{source} turned the request for {subject} down. {KEPT}.") from useless(answer)
    return answer


def parsed(source: str, subject: str, answer: requests.Response) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON of an answer; raises `FetchError`."""
    if answer.status_code == 404:
        raise unknown(source, subject) from useless(answer)
    if answer.status_code >= 400:
        raise FetchError("refused", f"{source} cannot answer the request for {subject}. {KEPT}.") from useless(answer)
    try:
        return answer.json()
    except ValueError as error:
        raise unreadable(source, subject, "it is not what it was before, perhaps a page for people") from error


def useless(answer: requests.Response) -> AnswerError:
    """Return an answer nobody can use, for the log: its address without the query, and the beginning of its body.

    A body may quote the request, so that one to a request with a key is left out.
    """
    return AnswerError(answer.status_code, answer.url, "" if "api_key=" in answer.url else answer.text)


def limited(source: str, retry_after: str | None) -> FetchError:
    """Return what "too many requests" means."""
    seconds = float(retry_after) if retry_after is not None and retry_after.isdigit() else None
    return FetchError(
        "limited",
        f"{source} has been asked too often and wants a pause. {KEPT}, and fetching goes on by itself.",
        retry_after=seconds,
    )


def unknown(source: str, subject: str) -> FetchError:
    """Return what it means that a series is not there, or no longer."""
    return FetchError(
        "unknown",
        f"{source} does not know {subject} any more: it may have been renamed or ended. {KEPT}, and grows older.",
    )


def unreadable(source: str, subject: str, why: str) -> FetchError:
    """Return what an answer means that makes no sense; `why` is a clause without a full stop."""
    return FetchError(
        "unreadable",
        f"{source} sent an answer about {subject} that cannot be used: {why}. Nothing of it was used, and what is "
        "stored stays as it is.",
    )
