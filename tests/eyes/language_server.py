"""A client of the YAML language server, which editors ask too: `npm install --global yaml-language-server`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CAPABILITIES = {
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "hover": {}},
    "workspace": {"configuration": True},
}


class LanguageServer:
    """A server that looks at files of a folder, with an editor's settings."""

    def __init__(self, program: str, folder: Path, settings: Mapping[str, Any]) -> None:
        self._process = subprocess.Popen([program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._settings = settings
        self._number = 0
        self._marked: dict[str, list[dict[str, Any]]] = {}
        root = {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": _CAPABILITIES}
        self._ask("initialize", root)
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": {"yaml": self._settings}})

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def marked(self, path: Path) -> list[str]:
        """Open a file, and give what is marked in it, each with its line, from 1."""
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": path.read_text("utf-8")}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while path.as_uri() not in self._marked:
            self._take(self._read())
        return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in self._marked[path.as_uri()]]

    def offered(self, path: Path, line: int, column: int) -> list[str]:
        """Give what an editor offers at a place of a file that is open; lines count from 1, columns from 0."""
        found = self._ask("textDocument/completion", _place(path, line, column))
        return [item["label"] for item in found.get("items", found)]

    def shown(self, path: Path, line: int, column: int) -> str:
        """Give what an editor shows for what is pointed at."""
        return str(self._ask("textDocument/hover", _place(path, line, column))["contents"]["value"])

    def _ask(self, method: str, parameters: object) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": parameters})
        while (answer := self._read()).get("id") != self._number or "method" in answer:
            self._take(answer)
        return answer["result"]

    def _tell(self, method: str, parameters: object) -> None:
        self._send({"method": method, "params": parameters})

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self._marked[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            asked = [item.get("section") for item in message["params"]["items"]]
            result = [self._settings if section == "yaml" else {} for section in asked]
            self._send({"id": message["id"], "result": result})
        elif "id" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while (line := self._process.stdout.readline()) != b"\r\n":
            assert line, "the language server has ended"
            if line.startswith(b"Content-Length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


def _place(path: Path, line: int, column: int) -> dict[str, Any]:
    return {"textDocument": {"uri": path.as_uri()}, "position": {"line": line - 1, "character": column}}
