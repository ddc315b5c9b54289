"""A line to a server that can be cut: a proxy on TCP in front of the server's socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class Proxy:
    """Passes bytes on in both directions until it is told to cut the line; `sent` counts those from the client."""

    def __init__(self, listener: socket.socket, target: str, url: str) -> None:
        self.url = url
        self.sent = 0
        self._listener = listener
        self._target = target
        self._limit: int | None = None
        self._word: bytes | None = None
        self._pass_it_on = False
        self._pumps: list[threading.Thread] = []
        self._ends: list[socket.socket] = []

    def forget(self) -> None:
        """Count from zero, and cut nothing."""
        self.sent, self._limit, self._word = 0, None, None

    def cut_after(self, count: int) -> None:
        """Cut the line once the client has sent so many bytes."""
        self.forget()
        self._limit = count

    def cut_at(self, word: bytes, *, pass_it_on: bool) -> None:
        """Cut the line when the client sends a word, before or after the server gets it; never answer."""
        self.forget()
        self._word, self._pass_it_on = word, pass_it_on

    def cut_now(self) -> None:
        """Cut all lines, also those whose other end says nothing any more."""
        for end in self._ends:
            _cut(end)

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._ends += [client, server]
                for pump in (self._to_server, self._to_client):
                    self._pumps.append(threading.Thread(target=pump, args=(client, server), daemon=True))
                    self._pumps[-1].start()

    def join(self) -> None:
        """Wait until both ends of every line are closed."""
        for pump in self._pumps:
            pump.join(timeout=10)

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while chunk := client.recv(4096):
                self.sent += len(chunk)
                if self._limit is not None and self.sent > self._limit:
                    break
                if self._word is not None and self._word in chunk:
                    _cut(client)
                    if self._pass_it_on:
                        server.sendall(chunk)
                    break
                server.sendall(chunk)
        _cut(client)
        with suppress(OSError):  # what was sent still arrives
            server.shutdown(socket.SHUT_WR)
        client.close()

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while chunk := server.recv(4096):
                client.sendall(chunk)
        _cut(client)
        server.close()


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(conninfo: str, address: str = "127.0.0.1") -> Iterator[Proxy]:
    """Put a proxy in front of a server that listens on a socket."""
    given = conninfo_to_dict(conninfo)
    with socket.create_server((address, 0)) as listener:
        port = listener.getsockname()[1]
        url = make_conninfo(conninfo, host=address, port=port, sslmode="disable", gssencmode="disable")
        proxy = Proxy(listener, f"{given['host']}/.s.PGSQL.{given['port']}", url)
        threading.Thread(target=proxy.serve, daemon=True).start()
        yield proxy
        listener.shutdown(socket.SHUT_RDWR)
        proxy.join()
