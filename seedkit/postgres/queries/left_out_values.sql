-- One row for each of %(columns)s, beside the OIDs of their tables (%(tables)s), with the expression that gives it its value
-- where an insert leaves it out; without one where only an insert may draw it: from a sequence that we have no right to.
-- Asked in the user's search path, in which it is evaluated: so all names are qualified, and those in the text are right.
select
    attribute.attrelid::pg_catalog.int8 as table_oid,
    attribute.attname as column_name,
    case
        when attribute.attidentity operator(pg_catalog.=) '' then coalesce(
            pg_catalog.pg_get_expr(expression.adbin, expression.adrelid),
            case
                when type.typtype operator(pg_catalog.=) 'd'
                then pg_catalog.pg_get_expr(type.typdefaultbin, 'pg_catalog.pg_type'::pg_catalog.regclass)
            end,
            'null'
        )
        when pg_catalog.has_sequence_privilege(identity.sequence, 'usage, update')
        then pg_catalog.format('pg_catalog.nextval(%%L::pg_catalog.regclass)', identity.sequence)
    end as expression
from rows from (
    pg_catalog.unnest(%(tables)s::pg_catalog.oid[]), pg_catalog.unnest(%(columns)s::pg_catalog.name[])
) as asked (table_oid, column_name)
join pg_catalog.pg_attribute as attribute
    on attribute.attrelid operator(pg_catalog.=) asked.table_oid
    and attribute.attname operator(pg_catalog.=) asked.column_name
join pg_catalog.pg_class as relation on relation.oid operator(pg_catalog.=) attribute.attrelid
join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) relation.relnamespace
join pg_catalog.pg_type as type on type.oid operator(pg_catalog.=) attribute.atttypid
left join pg_catalog.pg_attrdef as expression
    on expression.adrelid operator(pg_catalog.=) attribute.attrelid
    and expression.adnum operator(pg_catalog.=) attribute.attnum
cross join lateral (
    select case
        when attribute.attidentity operator(pg_catalog.<>) '' then pg_catalog.pg_get_serial_sequence(
            pg_catalog.format('%%I.%%I', namespace.nspname, relation.relname), attribute.attname
        )
    end as sequence
) as identity
