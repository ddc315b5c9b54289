"""Do sequences stay right while others write? Counts the values that a sequence hands out twice, method by method.

    python -m benchmarks.stress_repair --postgres 18 --seconds 30

A line of the table is one method under one setting: writers draw values, loaders insert explicit ids ahead of them,
repairers repair in a loop. Every value that a writer drew is kept; the table has no primary key, so a value that
comes twice is seen and not refused. At the end the rows of the table must be exactly those that the sessions wrote
down, else the line is void. The exit is 1 if seedkit handed a value out twice, moved a sequence back or left it behind.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import cycle, islice, pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe

import psycopg
from psycopg import sql

from benchmarks.stress_methods import METHODS, Method, Refused
from benchmarks.stress_sessions import (
    Gaps,
    Load,
    Place,
    Record,
    Repair,
    Work,
    insert_after_nextval,
    insert_by_default,
    insert_in_transaction,
    session,
)
from tests.servers import ServerMissing, throwaway_server

ROWS_AT_FIRST = 1_000
REPAIRERS = 3
WRITERS: tuple[Work, ...] = (
    insert_by_default,
    insert_by_default,
    insert_by_default,
    insert_after_nextval,
    insert_after_nextval,
    insert_in_transaction,
)
GRACE_SECONDS = 60

SMALL = Gaps(narrowest=10, widest=1_000)
LARGE = Gaps(narrowest=200_000, widest=5_000_000_000)
CLIMBABLE = Gaps(narrowest=200_000, widest=400_000, longest_pause_seconds=1.0, furthest_behind=400_000)
"""What stands for a large gap where a repair may only climb: beyond ten million steps it names the missing GRANT."""


class MeasurementVoid(Exception):  # noqa: N818 - says what is the case
    """A session died or hung, or a row is in no session's record: nothing can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a method meets: the sequence's CACHE, and the gaps of each loader; without loaders nothing is wrong."""

    name: str
    cache: int
    gaps: tuple[Gaps, ...]
    identity: bool = False

    def __str__(self) -> str:
        return f"{self.name}, CACHE {self.cache}"


SETTINGS = tuple(
    Setting(name=name, cache=cache, gaps=gaps)
    for name, gaps in {
        "nothing wrong": (),
        "small gaps": (SMALL, SMALL),
        "large gaps": (LARGE, LARGE),
        "small and large gaps": (SMALL, LARGE),
    }.items()
    for cache in (1, 10)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened in one line.

    `twice` counts each time that a value came again; `back` how often a session drew a value that was not beyond its
    last one, which shows that the sequence was moved back even where no value came twice.
    """

    method: Method
    setting: Setting
    drawn: int
    twice: int
    back: int
    met_explicit: int
    repairs: int
    refused: Counter[str]
    failed_reads: int
    behind_at_end: bool

    @property
    def twice_per_thousand(self) -> float:
        """Values handed out twice per 1,000 calls: a quick method is called more often than a slow one."""
        return 1_000 * self.twice / max(1, self.repairs + self.refused.total())

    @property
    def right(self) -> bool:
        """Whether all that is promised was kept."""
        return not (self.twice or self.back or self.behind_at_end)


def main() -> int:
    """Run what the command line asks for; 2 where a server is missing or a line is void."""
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `timeout` stops us as Ctrl-C does
    outcomes = []
    try:
        for server in [nullcontext(options.url)] if options.url else map(throwaway_server, options.postgres):
            with server as conninfo:
                outcomes += _stress_all(conninfo, options)
    except (ServerMissing, MeasurementVoid) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped: all that was started is gone", file=sys.stderr)
        return 130
    return 0 if all(outcome.right for outcome in outcomes if outcome.method.ours) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stress_repair", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--postgres", type=int, nargs="+", choices=(18, 16, 15), default=[18], help="versions to start")
    parser.add_argument("--url", help="use this server instead; the role must be allowed to create schemas and roles")
    parser.add_argument("--only", default="", metavar="TEXT", help="only methods with this in their name")
    parser.add_argument("--setting", default="", metavar="TEXT", help='only settings such as "large gaps, CACHE 10"')
    parser.add_argument("--seconds", type=float, default=30, help="duration of a line (default: 30)")
    parser.add_argument("--identity", action="store_true", help="make the id an identity column, not a serial")
    options = parser.parse_args()
    options.methods = [method for method in METHODS if options.only.lower() in method.name.lower()]
    options.settings = [
        replace(setting, identity=options.identity)
        for setting in SETTINGS
        if options.setting.lower() in str(setting).lower()
    ]
    if not (options.methods and options.settings):
        parser.error("no method or no setting has this in its name")
    return options


def _stress_all(conninfo: str, options: argparse.Namespace) -> list[Outcome]:
    outcomes = []
    for method in options.methods:
        for setting in options.settings:
            outcome = stress(conninfo, method, setting, options.seconds)
            print(f"{method.name} | {setting}: {outcome.twice} twice of {outcome.drawn}", file=sys.stderr)
            outcomes.append(outcome)
    print(_title(conninfo, options.seconds), tables(outcomes), sep="\n\n", flush=True)
    return outcomes


def _title(conninfo: str, seconds: float) -> str:
    with psycopg.connect(conninfo) as connection:
        number = connection.info.server_version
    return f"## PostgreSQL {number // 10000}.{number % 10000}, {seconds:g} s a line, {os.cpu_count()} cores"


def stress(conninfo: str, method: Method, setting: Setting, seconds: float) -> Outcome:
    """Run one line in a schema of its own and tell what happened; the schema and the role are gone afterwards.

    Raises MeasurementVoid where the measurement itself went wrong.
    """
    place = Place(conninfo=conninfo, schema=f"stress_{os.getpid()}")
    application = Place(conninfo=conninfo, schema=place.schema, role=f"stress_{os.getpid()}_application")
    with _table(place, application, setting):
        records = _run(_sessions(place, application, method, setting), seconds)
        records.append(_first_rows())
        behind_at_end = _behind_after_last_repair(place, application, method, records)
        _confirm(place, records)
    return _outcome(method, setting, records, behind_at_end=behind_at_end)


@contextmanager
def _table(place: Place, application: Place, setting: Setting) -> Iterator[None]:
    """Create a table whose rows were inserted by default, so that its sequence is in step; drop all at the end."""
    schema, role = sql.Identifier(place.schema), sql.Identifier(application.role or "")
    with psycopg.connect(place.conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("create schema {}").format(schema))
        connection.execute(sql.SQL("create role {}").format(role))
        try:
            with place.connect() as owner:
                if setting.identity:
                    owner.execute("create table t (id bigint generated by default as identity)")
                else:
                    owner.execute("create table t (id bigserial)")
                owner.execute("create index on t (id)")
                owner.execute(sql.SQL("alter sequence t_id_seq cache {}").format(sql.Literal(setting.cache)))
                owner.execute("insert into t select from generate_series(1, %s)", (ROWS_AT_FIRST,))
                owner.execute(sql.SQL("grant usage on schema {} to {}").format(schema, role))
                owner.execute(sql.SQL("grant select, insert on t to {}").format(role))
                owner.execute(sql.SQL("grant usage, select on sequence t_id_seq to {}").format(role))
            yield
        finally:
            connection.execute(sql.SQL("drop schema {} cascade").format(schema))
            connection.execute(sql.SQL("drop role {}").format(role))


def _first_rows() -> Record:
    record = Record()
    record.drawn.extend(range(1, ROWS_AT_FIRST + 1))
    return record


def _sessions(place: Place, application: Place, method: Method, setting: Setting) -> list[tuple[Place, Work]]:
    gaps = [CLIMBABLE if method.climbs and gap is LARGE else gap for gap in setting.gaps]
    loads = gaps[0] if gaps else None
    return [
        *((place, writer) for writer in WRITERS),
        *((place, Load(gaps=gap)) for gap in gaps),
        *(
            (application if repairer.as_application else place, Repair(repairer=repairer, loads=loads))
            for repairer in islice(cycle(method.repairers), REPAIRERS)
        ),
    ]


def _run(sessions: Sequence[tuple[Place, Work]], seconds: float) -> list[Record]:
    """Let all sessions work at the same time for some seconds; whatever happens, none is left."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.stress_sessions"])
    processes, pipes = [], []
    try:
        for place, work in sessions:
            ours, theirs = context.Pipe()
            process = context.Process(target=session, args=(theirs, place, work), daemon=True)
            process.start()
            theirs.close()  # or the death of the process would not be seen
            processes.append(process)
            pipes.append(ours)
        for pipe in pipes:
            _receive(pipe, GRACE_SECONDS)
        stop_at = time.monotonic() + seconds
        for pipe in pipes:
            pipe.send(stop_at)
        return [_received_record(pipe, seconds) for pipe in pipes]
    finally:
        for process in processes:
            process.terminate()
            process.join()
            process.close()
        for pipe in pipes:
            pipe.close()


def _received_record(pipe: Pipe, seconds: float) -> Record:
    record = _receive(pipe, seconds + GRACE_SECONDS)
    assert isinstance(record, Record)
    return record


def _receive(pipe: Pipe, timeout: float) -> object:
    if not pipe.poll(timeout):
        raise MeasurementVoid("a session hangs")
    try:
        return pipe.recv()
    except EOFError:
        raise MeasurementVoid("a session died (its traceback, if it left one, is above)") from None


def _behind_after_last_repair(place: Place, application: Place, method: Method, records: list[Record]) -> bool:
    """Repair once more, now that nobody writes, and see whether the next insert by default gets a free value."""
    repairer = method.repairers[0]
    last = Record()
    with (application if repairer.as_application else place).connect() as connection:
        try:
            repairer.repair(connection)
        except Refused as refused:
            last.refused[str(refused)] += 1
    with place.connect() as connection:
        insert_by_default(connection, last)
    taken = any(last.drawn[0] in (*record.drawn, *record.explicit) for record in records)
    records.append(last)
    return taken


def _confirm(place: Place, records: Sequence[Record]) -> None:
    """Compare the table with the records: a row that no session knows of could be a value that came twice."""
    recorded = Counter(value for record in records for value in (*record.drawn, *record.explicit))
    with place.connect() as connection:
        inserted = Counter(row[0] for row in connection.execute("select id from t"))
    if inserted != recorded:
        raise MeasurementVoid(
            f"{(inserted - recorded).total()} rows are in no record, {(recorded - inserted).total()} are missing"
        )


def _outcome(method: Method, setting: Setting, records: Sequence[Record], *, behind_at_end: bool) -> Outcome:
    drawn = [value for record in records for value in record.drawn]
    explicit = {value for record in records for value in record.explicit}
    return Outcome(
        method=method,
        setting=setting,
        drawn=len(drawn),
        twice=len(drawn) - len(set(drawn)),
        back=sum(later <= earlier for record in records for earlier, later in pairwise(record.drawn)),
        met_explicit=sum(value in explicit for value in drawn),
        repairs=sum(record.repairs for record in records),
        refused=sum((record.refused for record in records), Counter()),
        failed_reads=sum(record.failed_reads for record in records),
        behind_at_end=behind_at_end,
    )


def tables(outcomes: Sequence[Outcome]) -> str:
    """Write an overview, methods by settings, and a table of all that was counted, in Markdown."""
    climbable = f"{CLIMBABLE.narrowest:,} to {CLIMBABLE.widest:,}"
    note = f"Where a repairer may only climb (USAGE, SELECT), a large gap is one of {climbable}, and comes less often."
    return "\n\n".join([_overview(outcomes), _details(outcomes), note, *_refusals(outcomes)])


def _overview(outcomes: Sequence[Outcome]) -> str:
    settings = list(dict.fromkeys(outcome.setting for outcome in outcomes))
    twice = {(outcome.method.name, outcome.setting): outcome.twice for outcome in outcomes}
    rows = [
        [name, *(f"{twice[name, setting]:,}" for setting in settings)]
        for name in dict.fromkeys(outcome.method.name for outcome in outcomes)
    ]
    return _markdown(["values handed out twice", *map(str, settings)], rows)


def _details(outcomes: Sequence[Outcome]) -> str:
    headings = (
        "method",
        "setting",
        "handed out twice",
        "per 1,000 repairs",
        "moved back",
        "values drawn",
        "repairs",
        "refused",
        "met an explicit id",
        "failed reads",
        "behind at the end",
    )
    rows = [
        [
            outcome.method.name,
            str(outcome.setting),
            f"{outcome.twice:,}",
            f"{outcome.twice_per_thousand:,.1f}",
            f"{outcome.back:,}",
            f"{outcome.drawn:,}",
            f"{outcome.repairs:,}",
            f"{outcome.refused.total():,}",
            f"{outcome.met_explicit:,}",
            f"{outcome.failed_reads:,}",
            "yes" if outcome.behind_at_end else "no",
        ]
        for outcome in outcomes
    ]
    return _markdown(headings, rows, texts=2)


def _refusals(outcomes: Sequence[Outcome]) -> list[str]:
    refused: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        refused.setdefault(outcome.method.name, Counter()).update(outcome.refused)
    lines = [
        f"- {name}: {count:,} × {reason}"
        for name, reasons in refused.items()
        for reason, count in reasons.most_common()
    ]
    return ["Refused:\n\n" + "\n".join(lines)] if lines else []


def _markdown(headings: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1) -> str:
    rule = ["---"] * texts + ["--:"] * (len(headings) - texts)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows))


if __name__ == "__main__":
    sys.exit(main())
