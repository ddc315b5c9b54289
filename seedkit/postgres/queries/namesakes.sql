-- One row for each relation that a text of %(names)s may mean, as it stands in SQL: with its schema or wherever it lies.
-- The rank is that of its schema in the user's search path, which seedkit.schemas keeps. A text that is no name is an error.
with given as (
    select name, parse_ident(name)::name[] as parts
    from unnest(%(names)s::text[]) as given (name)
)
select
    given.name as text,
    relation.oid::int8 as oid,
    namespace.nspname as schema,
    relation.relname as name,
    relation.relkind::text as kind,
    cardinality(given.parts) > 1 as qualified,
    array_position(current_setting('seedkit.schemas')::name[], namespace.nspname) as rank
from given
join pg_class as relation on relation.relname = given.parts[cardinality(given.parts)]
join pg_namespace as namespace on namespace.oid = relation.relnamespace
where not pg_is_other_temp_schema(namespace.oid)
    and case cardinality(given.parts)
        when 1 then true
        when 2 then namespace.nspname = given.parts[1]
        when 3 then namespace.nspname = given.parts[2] and given.parts[1] = current_database()
        else false
    end
order by
    given.name,
    namespace.nspname
