"""Pieces of work on a Dask cluster, which is an optional part of the installation."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Generator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from models.lab.asking import RefusedError

Result = TypeVar("Result")

PATIENCE = 20.0  # seconds without a result after which it is asked whether anybody still works
CONNECT = 10.0  # seconds that the scheduler has to answer

# What a result depends on: two computers that differ in these could differ in it.
_PARTS = (
    "models.evidence.scan",
    "models.evidence.alignment",
    "models.evidence.event_study",
    "models.evidence.intervals",
    "models.evidence.resampling",
    "models.evidence.refusals",
)


class Cluster:
    """A Dask cluster whose scheduler listens at an address such as tcp://192.0.2.1:8786."""

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        self._address = address
        self._patience = patience

    def run(
        self, work: Callable[..., Result], calls: Sequence[tuple[object, ...]]
    ) -> Generator[tuple[int, Result], None, None]:
        """See `Executor`.  What several calls share is sent to each worker once."""
        client = self._connect()
        try:
            self._examine(client)
            sent: dict[int, Any] = {}
            for argument in {id(argument): argument for call in calls for argument in call}.values():
                sent[id(argument)] = client.scatter(argument, broadcast=True, hash=False)
            places = {
                client.submit(work, *(sent[id(argument)] for argument in call), pure=False): place
                for place, call in enumerate(calls)
            }
            yield from self._as_done(client, places)
        finally:
            client.close()

    def _connect(self) -> Any:  # noqa: ANN401 - the package has no types, and may be missing
        try:
            distributed = import_module("distributed")
        except ImportError as missing:
            raise RefusedError(
                "Working on a cluster needs the package 'distributed', which is not installed. It comes with the extra"
                " 'cluster' (pip install 'bellwether[cluster]'); without --scheduler all cores here do the work."
            ) from missing
        try:
            _knock(self._address)  # a client that finds nobody leaves its threads and sockets behind
            return distributed.Client(self._address, timeout=CONNECT, set_as_default=False, name="bellwether")
        except (OSError, ValueError) as unreachable:
            raise RefusedError(
                f"No scheduler of a cluster answers at {self._address}. Is it running, and is that its address,"
                " such as tcp://192.0.2.1:8786? Without --scheduler all cores here do the work."
            ) from unreachable

    def _examine(self, client: Any) -> None:  # noqa: ANN401
        """Refuse a cluster without workers, or whose workers have another program than this one."""
        try:
            told = client.run(fingerprint, on_error="return")
        except (OSError, ImportError) as broken:
            raise RefusedError(_another_program(self._address)) from broken
        if not told:
            raise RefusedError(f"The cluster at {self._address} has no workers, so nobody would do the work.")
        if any(answer != fingerprint() for answer in told.values()):
            raise RefusedError(_another_program(self._address))

    def _as_done(
        self,
        client: Any,  # noqa: ANN401
        places: dict[Any, int],
    ) -> Generator[tuple[int, Any], None, None]:
        distributed = import_module("distributed")
        waiting = set(places)
        while waiting:
            try:
                with client.as_current():
                    done = distributed.wait(waiting, timeout=self._patience, return_when="FIRST_COMPLETED").done
            except TimeoutError as nothing:
                if not client.scheduler_info(n_workers=-1)["workers"]:
                    raise RefusedError(_lost(self._address)) from nothing
                continue
            except (distributed.CancelledError, OSError) as gone:
                raise RefusedError(_lost(self._address)) from gone
            for future in done:
                yield places[future], self._result(future)
            waiting -= done

    def _result(self, future: Any) -> Any:  # noqa: ANN401 - whatever the work returns
        distributed = import_module("distributed")

        try:
            return future.result()
        except (distributed.CancelledError, distributed.KilledWorker, OSError) as gone:
            raise RefusedError(_lost(self._address)) from gone


def fingerprint() -> str:
    """Return what a result depends on beside its input: the program's own text and the version of numpy."""
    import numpy as np

    digest = hashlib.sha256(np.__version__.encode())
    for name in _PARTS:
        digest.update(Path(str(import_module(name).__file__)).read_bytes())
    return digest.hexdigest()


def _knock(address: str) -> None:
    """Open the scheduler's door and close it again.  OSError when nobody is there, ValueError for no address."""
    parts = urlsplit(address)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname or parts.port is None:
        raise ValueError(f"{address} is no address of a scheduler")
    socket.create_connection((parts.hostname, parts.port), CONNECT).close()


def _another_program(address: str) -> str:
    return (
        f"The workers of the cluster at {address} do not run this very program, so that their results might differ."
        " Start them in its folder, with the same version of it and of its libraries as here."
    )


def _lost(address: str) -> str:
    return (
        f"The cluster at {address} was lost while it worked. Nothing is shown, since part of the answer is missing;"
        " ask again when it runs."
    )
