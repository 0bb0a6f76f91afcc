"""What a failed request means: every source turns transport errors and statuses into the same `FetchError`s."""

from __future__ import annotations

from data.source import FetchError

_STAYS = "Stored prices stay as they are"
_LATER = "fetching is tried again by itself"


class AnswerError(Exception):
    """An answer nobody can use, for the log: status, address and the beginning of the body."""

    def __init__(self, status: int, url: str, body: str) -> None:
        super().__init__(f"HTTP {status} from {url.partition('?')[0]}: {body[:200]!r}")


def transport_failure(source: str, error: OSError) -> FetchError:
    """Return what a connection that failed means; for errors of requests and of curl_cffi, which share their names."""
    names = {base.__name__ for base in type(error).__mro__}
    if "CertificateVerifyError" in names or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return FetchError(
            "refused",
            f"The connection to {source} is not secure: its certificate was not accepted. "
            "Check the computer’s date, and the certificates that your network needs.",
        )
    if "Timeout" in names or isinstance(error, TimeoutError):
        return FetchError("offline", f"{source} did not answer in time. {_STAYS}, and {_LATER}.")
    if "ProxyError" in names:
        return FetchError(
            "offline", f"{source} cannot be reached through the proxy. Check the proxy settings; {_LATER}."
        )
    return FetchError("offline", f"{source} cannot be reached. Check the internet connection; {_LATER}.")


def status_failure(source: str, subject: str, status: int, retry_after: str | None = None) -> FetchError:
    """Return what an HTTP status of 400 or above means for a request about `subject`."""
    if status == 429:
        return limited(source, retry_after)
    if status == 404:
        return unknown(source, subject)
    if status in (401, 403):
        return FetchError(
            "refused",
            f"{source} turned the request for {subject} down. {_STAYS}; if this goes on, import prices from a file.",
        )
    if status >= 500:
        return down(source)
    return FetchError("refused", f"{source} has no prices of {subject} for the days asked for. {_STAYS}.")


def limited(source: str, retry_after: str | None = None) -> FetchError:
    """Return what "too many requests" means; `retry_after` is the header's text, seconds or a date."""
    seconds = float(retry_after) if retry_after is not None and retry_after.isdigit() else None
    return FetchError(
        "limited",
        f"{source} has been asked too often and wants a pause. {_STAYS}, and fetching goes on by itself.",
        retry_after=seconds,
    )


def unknown(source: str, subject: str) -> FetchError:
    """Return what an unknown symbol means."""
    return FetchError(
        "unknown", f"{source} does not know {subject}. Check the spelling, or remove it from the watchlist."
    )


def down(source: str) -> FetchError:
    """Return what a fault of the source means."""
    return FetchError("down", f"{source} has a fault of its own at the moment. {_STAYS}, and {_LATER}.")


def unreadable(source: str, subject: str) -> FetchError:
    """Return what an answer means that makes no sense."""
    return FetchError(
        "unreadable",
        f"{source} sent an answer about {subject} that cannot be read, so nothing of it was used. "
        f"{_STAYS}, and {_LATER}.",
    )


def nothing(source: str, subject: str) -> FetchError:
    """Return what an answer without a single price means."""
    return FetchError("unreadable", f"{source} sent no prices of {subject}. {_STAYS}, and {_LATER}.")
