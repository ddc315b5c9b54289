"""What a schema asks of rows, as the judge reads it from the catalog: tables with their keys and constraints as SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

Connection = psycopg.Connection


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its type, that below its domains, and its default, where that is written out.

    `bound` says that a list, a pattern or another table decides about its values.
    """

    name: str
    type: str
    base: str
    computed: bool
    bound: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that rows are asked for; `relations` are those that hold its rows: itself, or its partitions."""

    name: str
    relations: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def sent(self) -> list[str]:
        """The columns whose values are not computed by the server."""
        return [column.name for column in self.columns if not column.computed]


@dataclass(frozen=True, slots=True)
class Rule:
    """A constraint of a relation, and a query that counts what breaks it."""

    table: str
    name: str
    kind: str
    broken: str


@dataclass(frozen=True, slots=True)
class FedColumn:
    """A column that a sequence feeds."""

    table: str
    column: str
    sequence: str
    increment: int


_TABLES = """
select r.table, array_agg(r.relation order by r.relation) as relations
from (
    select pg_partition_root(c.oid)::regclass::text as table, c.oid::regclass::text as relation, c.relkind
    from pg_class c where c.relispartition
    union all
    select c.oid::regclass::text, c.oid::regclass::text, c.relkind from pg_class c where not c.relispartition
) r
join pg_class c on c.oid = r.table::regclass
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and r.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
group by r.table
order by r.table
"""

_COLUMNS = """
with recursive below as (
    select t.oid, t.oid as base, false as domain, t.typtype, t.typbasetype, t.typtypmod as modifier from pg_type t
    union all
    select b.oid, t.oid, true, t.typtype, t.typbasetype, b.modifier from below b join pg_type t on t.oid = b.typbasetype
)
select
    a.attrelid::regclass::text as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    format_type(b.base, null) as base, a.attgenerated <> '' as computed,
    b.domain or b.typtype = 'e' or exists (
        select from pg_constraint k
        where k.conrelid = a.attrelid and k.contype in ('c', 'f') and a.attnum = any (k.conkey)
            and (
                k.contype = 'f' or cardinality(k.conkey) = 1
                and pg_get_expr(k.conbin, k.conrelid) ~ '~| = |::(date|timestamp)'
            )
    ) as bound,
    substring(pg_get_expr(d.adbin, d.adrelid) from '^''?([^'']*?)''?(?:::[a-z ]+)?$') as default
from pg_attribute a
join below b on b.oid = a.atttypid and b.typtype <> 'd'
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum and a.attgenerated = ''
where a.attrelid = any (%s::regclass[]) and a.attnum > 0 and not a.attisdropped
order by a.attrelid, a.attnum
"""

_SEQUENCES = """
select distinct
    coalesce(pg_partition_root(c.oid), c.oid)::regclass::text as table, a.attname as column,
    s.seqrelid::regclass::text as sequence, s.seqincrement as increment
from pg_sequence s
join pg_depend d on d.refclassid = 'pg_class'::regclass and (
    d.refobjid = s.seqrelid and d.classid = 'pg_attrdef'::regclass
    or d.classid = 'pg_class'::regclass and d.objid = s.seqrelid and d.deptype = 'i'
)
left join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
join pg_attribute a on a.attrelid = coalesce(f.adrelid, d.refobjid) and a.attnum = coalesce(f.adnum, d.refobjsubid)
join pg_class c on c.oid = a.attrelid
join pg_type t on t.oid = a.atttypid and t.typcategory = 'N'
where d.classid = 'pg_attrdef'::regclass or d.refobjsubid > 0
order by 1, 2, 3
"""


def read_tables(connection: Connection) -> list[Table]:
    """Read which tables there are: partitions belong to their root, tables of extensions to nobody."""
    found = connection.execute(_TABLES).fetchall()
    columns = defaultdict(list)
    names = [name for name, _ in found]
    for table, *column in connection.execute(_COLUMNS, [names]).fetchall():
        columns[table].append(Column(*column))
    return [Table(name, tuple(relations), tuple(columns[name])) for name, relations in found]


def read_fed_columns(connection: Connection) -> list[FedColumn]:
    """Read which sequences feed columns, by a default or as identity."""
    with connection.cursor(row_factory=class_row(FedColumn)) as cursor:
        return cursor.execute(_SEQUENCES).fetchall()


def rules_of(connection: Connection, tables: list[Table]) -> Iterator[Rule]:
    """Give every constraint of the tables and of their partitions, those that are not valid or enforced as well.

    Left out are foreign keys over periods, which the server alone can read.
    """
    roots = {relation: table.name for table in tables for relation in table.relations}
    for query in _RULES:
        for relation, name, kind, broken in connection.execute(query, [list(roots)]).fetchall():
            yield Rule(roots[relation], name, kind, broken)


_CHECKS = """
select c.conrelid::regclass::text, c.conname, 'check',
    format(
        'select count(*) from %%s%%s where not (%%s)', case when r.relkind = 'r' then 'only ' end, c.conrelid::regclass,
        pg_get_expr(c.conbin, c.conrelid)
    )
from pg_constraint c join pg_class r on r.oid = c.conrelid
where c.contype = 'c' and c.conrelid = any (%s::regclass[])
"""

_NOT_NULLS = """
select
    a.attrelid::regclass::text, a.attname, 'not null',
    format('select count(*) from only %%s where %%I is null', a.attrelid::regclass, a.attname)
from pg_attribute a join pg_class r on r.oid = a.attrelid
where r.relkind = 'r' and a.attnum > 0 and a.attnotnull and not a.attisdropped and a.attrelid = any (%s::regclass[])
"""

_DOMAINS = """
with recursive below as (
    select t.oid, t.oid as domain, t.typbasetype from pg_type t where t.typtype = 'd'
    union all
    select b.oid, t.oid, t.typbasetype from below b join pg_type t on t.oid = b.typbasetype where t.typtype = 'd'
)
select
    a.attrelid::regclass::text, c.conname, 'domain',
    format(
        'select count(*) from only %%s, lateral (select %%I::%%s as value) v where not (%%s)',
        a.attrelid::regclass, a.attname, format_type(d.typbasetype, d.typtypmod),
        substring(pg_get_constraintdef(c.oid) from '^CHECK \\((.*)\\)(?: NOT VALID)?$')
    )
from pg_attribute a
join pg_class r on r.oid = a.attrelid and r.relkind = 'r'
join below b on b.oid = a.atttypid
join pg_type d on d.oid = b.domain
join pg_constraint c on c.contypid = b.domain and c.contype = 'c'
where a.attnum > 0 and not a.attisdropped and a.attrelid = any (%s::regclass[])
"""

_FOREIGN_KEYS = """
select
    c.conrelid::regclass::text, c.conname, 'foreign key',
    format(
        'select count(*) from %%s%%s child where %%s and not exists (select from %%s%%s parent where %%s)',
        case when r.relkind = 'r' then 'only ' end, c.conrelid::regclass,
        case when c.confmatchtype = 'f' then format('not (%%s)', k.all_null) else k.none_null end,
        case when p.relkind = 'r' then 'only ' end, c.confrelid::regclass, k.equal
    )
from pg_constraint c
join pg_class r on r.oid = c.conrelid
join pg_class p on p.oid = c.confrelid
cross join lateral (
    select
        string_agg(format('parent.%%I = child.%%I', theirs.attname, ours.attname), ' and ') as equal,
        string_agg(format('child.%%I is null', ours.attname), ' and ') as all_null,
        string_agg(format('child.%%I is not null', ours.attname), ' and ') as none_null
    from unnest(c.conkey, c.confkey) as pair (ours, theirs)
    join pg_attribute ours on ours.attrelid = c.conrelid and ours.attnum = pair.ours
    join pg_attribute theirs on theirs.attrelid = c.confrelid and theirs.attnum = pair.theirs
) k
where c.contype = 'f' and c.conparentid = 0 and to_jsonb(c) ->> 'conperiod' is distinct from 'true'
    and c.conrelid = any (%s::regclass[])
"""

_UNIQUES = """
select
    i.indrelid::regclass::text, x.relname, 'unique',
    format(
        'select count(*) from (select from %%s%%s where %%s group by %%s having count(*) > 1) repeated',
        case when r.relkind = 'r' then 'only ' end, i.indrelid::regclass,
        concat_ws(
            ' and ', coalesce(pg_get_expr(i.indpred, i.indrelid), 'true'),
            case when not i.indnullsnotdistinct then k.known end
        ),
        k.keys
    )
from pg_index i
join pg_class r on r.oid = i.indrelid
join pg_class x on x.oid = i.indexrelid
cross join lateral (
    select
        string_agg(format('(%%s)', pg_get_indexdef(i.indexrelid, n, false)), ', ') as keys,
        string_agg(format('(%%s) is not null', pg_get_indexdef(i.indexrelid, n, false)), ' and ') as known
    from generate_series(1, i.indnkeyatts) n
) k
where i.indisunique and not x.relispartition and not i.indisexclusion and i.indrelid = any (%s::regclass[])
"""

_EXCLUSIONS = """
select
    c.conrelid::regclass::text, c.conname, 'exclusion',
    format(
        'with one as (select ctid as place, %%s from only %%s where %%s) '
        'select count(*) from one a join one b on a.place < b.place and %%s',
        k.keys, c.conrelid::regclass, coalesce(pg_get_expr(i.indpred, i.indrelid), 'true'), k.clash
    )
from pg_constraint c
join pg_index i on i.indexrelid = c.conindid
cross join lateral (
    select
        string_agg(format('%%s as key_%%s', pg_get_indexdef(i.indexrelid, n::integer, false), n), ', ') as keys,
        string_agg(format('a.key_%%s operator(%%I.%%s) b.key_%%s', n, s.nspname, o.oprname, n), ' and ') as clash
    from unnest(c.conexclop) with ordinality as e (operator, n)
    join pg_operator o on o.oid = e.operator
    join pg_namespace s on s.oid = o.oprnamespace
) k
where c.conexclop is not null and c.conrelid = any (%s::regclass[])
"""

_RULES = (_CHECKS, _NOT_NULLS, _DOMAINS, _FOREIGN_KEYS, _UNIQUES, _EXCLUSIONS)
