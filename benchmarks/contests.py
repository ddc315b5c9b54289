"""What is measured: each contest is a workload, how far away the server is, and who takes part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.contestants import (
    CHOICE_OF_KEYS,
    CHOICE_OF_THREE,
    COPY_OF_KEYS,
    COPY_OF_THREE,
    DJANGO,
    DUMP,
    DUMP_CSV,
    FAKER,
    FIX_ALL,
    HELP,
    IMPORT_TYPER,
    LIBRARIES,
    MIMESIS,
    PSQL_COPY,
    PSQL_COPY_OUT,
    PSQL_SETVAL,
    SEED,
    SEED_AGAIN,
    SEED_BULK,
    SQLALCHEMY,
    WRITE_ROW,
    Contestant,
    generate,
)
from benchmarks.workloads import (
    Workload,
    generated_tables,
    generated_users,
    many_tables,
    people,
    people_as_csv,
    people_by_code,
    shop,
    visits,
)

FAR_SECONDS = 0.010


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One block of the table; the first contestant is the yardstick, `goal` what our ratio to it is to be at most.

    `delay_seconds` is what a round trip costs on top. `drifted` tables have their rows, and sequences left behind.
    """

    key: str
    title: str
    workload: Workload
    contestants: tuple[Contestant, ...]
    goal: float
    rounds: int = 7
    delay_seconds: float = 0
    drifted: bool = False

    @property
    def command(self) -> str:
        """What measures this contest alone."""
        return f"make bench ARGS='--only {self.key}'"


def contests(divisor: int = 1) -> tuple[Contest, ...]:
    """List all contests; a divisor makes them smaller by that factor."""
    tables, sequences, large = 500 // divisor, 1_000 // divisor, 1_000_000 // divisor
    hundredth = people(100_000 // divisor)
    loading = (PSQL_COPY, SEED)
    users, many_users = generated_users(100_000 // divisor), generated_users(large)
    linked, schema = generated_tables(40, 1_000 // divisor), generated_tables(40, 10_000 // divisor)
    return (
        Contest(
            key="W1",
            title=f"one table, {hundredth.rows:,} rows",
            workload=hundredth,
            contestants=(*loading, SQLALCHEMY, DJANGO),
            goal=2.0,
        ),
        Contest(
            key="W1-large",
            title=f"one table, {large:,} rows",
            workload=people(large),
            contestants=loading,
            goal=1.2,
            rounds=3,
        ),
        Contest(
            key="W2",
            title=f"12 tables, {200_000 // divisor:,} rows, 13 foreign keys",
            workload=shop(200_000 // divisor),
            contestants=(*loading, SQLALCHEMY),
            goal=1.2,
            rounds=5,
        ),
        Contest(
            key="W2-bulk",
            title="W2, its foreign keys checked at the end",
            workload=shop(200_000 // divisor),
            contestants=(PSQL_COPY, SEED_BULK),
            goal=0.65,
            rounds=5,
        ),
        Contest(
            key="W3",
            title=f"{tables} tables of 10 rows",
            workload=many_tables(tables),
            contestants=(*loading, SQLALCHEMY, DJANGO),
            goal=2.0,
            rounds=5,
        ),
        Contest(
            key="W3-far",
            title=f"{tables} tables of 10 rows, 10 ms away",
            workload=many_tables(tables),
            contestants=loading,
            goal=0.1,
            rounds=3,
            delay_seconds=FAR_SECONDS,
        ),
        Contest(
            key="W4",
            title="W2 once more, nothing to change",
            workload=shop(200_000 // divisor),
            contestants=(PSQL_COPY, SEED_AGAIN),
            goal=0.75,
            rounds=5,
        ),
        Contest(
            key="W5",
            title=f"{sequences:,} sequences left behind",
            workload=many_tables(sequences, rows=1),
            contestants=(PSQL_SETVAL, FIX_ALL),
            goal=4.0,
            rounds=5,
            drifted=True,
        ),
        Contest(
            key="W5-far",
            title=f"{sequences:,} sequences left behind, 10 ms away",
            workload=many_tables(sequences, rows=1),
            contestants=(PSQL_SETVAL, FIX_ALL),
            goal=0.1,
            rounds=3,
            delay_seconds=FAR_SECONDS,
            drifted=True,
        ),
        Contest(
            key="W6-help",
            title="the help",
            workload=people(1),
            contestants=(IMPORT_TYPER, HELP),
            goal=2.5,
        ),
        Contest(key="W6-row", title="one row", workload=people(1), contestants=(*loading, LIBRARIES), goal=30),
        Contest(
            key="W7",
            title=f"{large:,} rows from Python code",
            workload=people_by_code(large),
            contestants=(WRITE_ROW, SEED),
            goal=1.2,
            rounds=3,
        ),
        Contest(
            key="W8",
            title=f"{large:,} rows, each with one of {large:,} keys",
            workload=visits(large),
            contestants=(CHOICE_OF_THREE, CHOICE_OF_KEYS, COPY_OF_THREE, COPY_OF_KEYS),
            goal=1.3,
            rounds=3,
        ),
        Contest(
            key="W9",
            title=f"{users.rows:,} rows from the schema alone",
            workload=users,
            contestants=(PSQL_COPY, generate(users), FAKER, MIMESIS),
            goal=1.8,
        ),
        Contest(
            key="W9-large",
            title=f"{large:,} rows from the schema alone",
            workload=many_users,
            contestants=(
                PSQL_COPY,
                generate(many_users),
                generate(many_users, "--workers", "2"),
            ),
            goal=1.25,
            rounds=3,
        ),
        Contest(
            key="W9-many",
            title=f"40 tables of {1_000 // divisor:,} rows from the schema alone",
            workload=linked,
            contestants=(PSQL_COPY, generate(linked)),
            goal=8,
            rounds=5,
        ),
        Contest(
            key="W9-schema",
            title=f"40 tables of {10_000 // divisor:,} rows from the schema alone",
            workload=schema,
            contestants=(PSQL_COPY, generate(schema)),
            goal=2.5,
            rounds=3,
        ),
        Contest(
            key="W10",
            title=f"a dump of {large:,} rows",
            workload=people(large),
            contestants=(PSQL_COPY_OUT, DUMP),
            goal=2.5,
            rounds=3,
        ),
        Contest(
            key="W11",
            title=f"a CSV file of {large:,} rows",
            workload=people_as_csv(large),
            contestants=loading,
            goal=1.3,
            rounds=3,
        ),
        Contest(
            key="W11-dump",
            title=f"a dump of {large:,} rows as CSV",
            workload=people(large),
            contestants=(PSQL_COPY_OUT, DUMP_CSV),
            goal=2.0,
            rounds=3,
        ),
    )


def without_peers(contest: Contest) -> Contest:
    """Leave only the yardstick and seedkit."""
    return replace(contest, contestants=tuple(c for c in contest.contestants if not c.slow))
