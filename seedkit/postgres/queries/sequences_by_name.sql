-- One row for each of %(names)s, as they stand in SQL, that means a sequence in the user's search path or in its schema.
-- The path is read from seedkit.schemas, as no name of the user's is found here. A name that is none is an error.
with given as (
    select name, parse_ident(name)::name[] as parts
    from unnest(%(names)s::text[]) as given (name)
),
-- The first relation of the name, whatever it is: it hides those behind it.
found as (
    select distinct on (given.name)
        given.name,
        relation.oid,
        relation.relkind
    from given
    join pg_class as relation on relation.relname = given.parts[cardinality(given.parts)]
    join pg_namespace as namespace on namespace.oid = relation.relnamespace
    cross join lateral (
        select case cardinality(given.parts)
            when 1 then array_position(current_setting('seedkit.schemas')::name[], namespace.nspname)
            when 2 then case when namespace.nspname = given.parts[1] then 1 end
        end as rank
    ) as place
    where place.rank is not null
    order by
        given.name,
        place.rank
)
select
    name,
    oid::int8 as oid
from found
where relkind = 'S'
