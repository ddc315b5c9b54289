"""A proxy in front of a server that makes every answer late and counts the round trips.

It is as late as a network is: what a client sends without waiting for an answer is under way at the same time.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TypeAlias

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_CHUNK_BYTES = 64 * 1024
_CHUNKS_UNDER_WAY = 1_024

_Stop: TypeAlias = "tuple[asyncio.AbstractEventLoop, asyncio.Event]"


class DelayProxy:
    """The proxy's counter, and the conninfo by which its clients come in."""

    def __init__(self, conninfo: str, target: Path, seconds: float) -> None:
        self.conninfo = conninfo
        self.round_trips = 0
        self._target = target
        self._seconds = seconds

    async def serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """Pass on what one client and the server say to each other, until both have ended."""
        server, requests = await asyncio.open_unix_connection(self._target)
        turn = _Turn(self)
        with closing(requests), closing(answers), suppress(asyncio.CancelledError):  # the proxy's end is theirs
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_pass_on(client, requests, 0, on_arrival=turn.asked))
                tasks.create_task(_pass_on(server, answers, self._seconds, on_delivery=turn.answered))


class _Turn:
    """Whose turn it is in one connection: a round trip is a request that comes after an answer was read."""

    def __init__(self, proxy: DelayProxy) -> None:
        self._proxy = proxy
        self._answer_read = True

    def asked(self) -> None:
        self._proxy.round_trips += self._answer_read
        self._answer_read = False

    def answered(self) -> None:
        self._answer_read = True


async def _pass_on(
    source: asyncio.StreamReader,
    sink: asyncio.StreamWriter,
    seconds: float,
    on_arrival: Callable[[], None] = lambda: None,
    on_delivery: Callable[[], None] = lambda: None,
) -> None:
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_CHUNKS_UNDER_WAY)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_receive(source, under_way, seconds, on_arrival))
        tasks.create_task(_deliver(under_way, sink, on_delivery))


async def _receive(
    source: asyncio.StreamReader,
    under_way: asyncio.Queue[tuple[float, bytes]],
    seconds: float,
    on_arrival: Callable[[], None],
) -> None:
    chunk = b"."
    while chunk:
        with suppress(ConnectionError):
            chunk = await source.read(_CHUNK_BYTES)
        if chunk:
            on_arrival()
        await under_way.put((asyncio.get_running_loop().time() + seconds, chunk))


async def _deliver(
    under_way: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter, on_delivery: Callable[[], None]
) -> None:
    while True:
        due, chunk = await under_way.get()
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        if not chunk:
            sink.close()
            return
        on_delivery()
        sink.write(chunk)
        with suppress(ConnectionError):
            await sink.drain()


@contextmanager
def delay_proxy(conninfo: str, seconds: float) -> Iterator[DelayProxy]:
    """Run a proxy before a server that listens on a Unix socket; each answer takes that much longer."""
    parameters = conninfo_to_dict(conninfo)
    name = f".s.PGSQL.{parameters.get('port') or 5432}"
    with tempfile.TemporaryDirectory(prefix="seedkit-proxy-") as folder:
        proxy = DelayProxy(make_conninfo(conninfo, host=folder), Path(str(parameters["host"]), name), seconds)
        started: Future[_Stop] = Future()
        thread = Thread(target=asyncio.run, args=(_serve(proxy, Path(folder, name), started),), daemon=True)
        thread.start()
        loop, stop = started.result()
        try:
            yield proxy
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()


async def _serve(proxy: DelayProxy, socket: Path, started: Future[_Stop]) -> None:
    stop = asyncio.Event()
    async with await asyncio.start_unix_server(proxy.serve, socket):
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
