r"""How fast is seedkit? Whole processes side by side with `psql \\copy` of the same rows, and with other tools.

make bench                      all contests, some minutes
make bench ARGS=--quick         a tenth of the rows, two rounds
make bench ARGS='--only W1'     one contest
make bench ARGS=--write         also docs/performance.md and its chart; with --only, those rows of them
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from compileall import compile_dir
from dataclasses import asdict
from pathlib import Path

import psycopg

import seedkit
from benchmarks.contests import Contest, contests, without_peers
from benchmarks.measure import CommandFailedError
from benchmarks.page import Machine, as_text, table, this_machine, update_page, write_page
from benchmarks.rounds import Result, copied_database, execute, run_contest
from benchmarks.where_time_goes import shares_of_time
from benchmarks.workloads import Workload, write_project
from tests.servers import ServerMissing, throwaway_server

DOCS = Path(__file__).parent.parent / "docs"
QUICK_DIVISOR, QUICK_ROUNDS = 10, 2
PROFILED = ("W1", "W2")


def main() -> int:
    """Run what the command line asks for; 2 where the server is missing or a contestant failed."""
    options = _options()
    compile_dir(Path(seedkit.__file__).parent, quiet=1)  # as an installer does; an editable install may go without
    try:
        with throwaway_server(options.postgres) as server:
            _run(server, options)
    except (ServerMissing, CommandFailedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--postgres", type=int, choices=(18, 16, 15), default=18, help="the version to start")
    parser.add_argument("--only", nargs="+", metavar="KEY", help="only these contests: W1 W1-large W2 …")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, two rounds")
    parser.add_argument("--no-peers", action="store_true", help="leave out SQLAlchemy and Django")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of every contest")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its chart")
    options = parser.parse_args()
    options.contests = contests(QUICK_DIVISOR if options.quick else 1)
    if options.only:
        options.contests = [contest for contest in options.contests if contest.key in options.only]
    if options.no_peers:
        options.contests = [without_peers(contest) for contest in options.contests]
    if not options.contests:
        parser.error("no contest has this key")
    if options.write and options.quick:
        parser.error("--write goes with the whole size")
    return options


def _run(server: str, options: argparse.Namespace) -> None:
    rounds = QUICK_ROUNDS if options.quick else options.rounds
    results = [result for contest in options.contests for result in _contest(contest, server, rounds)]
    machine = this_machine(_version(server))
    print(machine, as_text(table(options.contests, results, goals=not options.quick)), sep="\n\n")
    if options.json:
        options.json.write_text(_as_json(machine, results))
    if options.write:
        profiled = [contest for contest in options.contests if contest.key in PROFILED]
        profiles = {contest.key: _profile(contest.workload, server) for contest in profiled}
        if options.only:
            update_page(DOCS, machine, contests(), results, profiles)
        else:
            write_page(DOCS, machine, options.contests, results, profiles)


def _contest(contest: Contest, server: str, rounds: int | None) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="seedkit-bench-") as folder:
        return run_contest(contest, server, Path(folder), rounds=rounds or contest.rounds, tell=_tell)


def _tell(message: str) -> None:
    print(message, file=sys.stderr)


def _version(server: str) -> str:
    with psycopg.connect(server) as connection:
        number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"


def _as_json(machine: Machine, results: Sequence[Result]) -> str:
    return json.dumps({"machine": asdict(machine), "results": [asdict(result) for result in results]}, indent=2)


def _profile(workload: Workload, server: str) -> Mapping[str, float]:
    with tempfile.TemporaryDirectory(prefix="seedkit-bench-") as folder, copied_database(server) as conninfo:
        write_project(workload, Path(folder))
        execute(conninfo, Path(folder, "schema.sql").read_bytes())
        return shares_of_time(conninfo, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
