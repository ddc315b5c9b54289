"""A server that is none: it lets anybody in as an engine that speaks PostgreSQL's protocol does, and notes the rest."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def pretended(parameters: Mapping[str, str]) -> Iterator[tuple[str, list[bytes]]]:
    """Tell clients these settings; give the conninfo, and what was sent after the start of the session."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(2)
        thread = threading.Thread(target=_welcome, args=(server, parameters, heard), daemon=True)
        thread.start()
        yield (
            f"host=127.0.0.1 port={server.getsockname()[1]} dbname=shop user=ada sslmode=disable gssencmode=disable",
            heard,
        )
        thread.join(timeout=10)


def _welcome(server: socket.socket, parameters: Mapping[str, str], heard: list[bytes]) -> None:
    client, _ = server.accept()
    with client:
        (length,) = struct.unpack("!i", client.recv(4, socket.MSG_WAITALL))
        client.recv(length - 4, socket.MSG_WAITALL)
        told = [_message(b"S", f"{name}\0{value}\0".encode()) for name, value in parameters.items()]
        client.sendall(b"".join([_message(b"R", struct.pack("!i", 0)), *told, _message(b"Z", b"I")]))
        while sent := client.recv(4096):
            heard.append(sent)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body
