-- One row for each of %(tables)s (in %(schemas)s, by %(places)s) that is a table with the column of %(columns)s, or with a
-- key of one column where that is null; of columns that are numbers or texts.
select
    asked.place::int4 as place,
    relation.oid::int8 as table_oid,
    namespace.nspname as table_schema,
    relation.relname as table_name,
    attribute.attname as column_name
from unnest(%(places)s::int4[], %(schemas)s::text[], %(tables)s::text[], %(columns)s::text[])
    as asked (place, schema, "table", "column")
join pg_namespace as namespace on namespace.nspname = asked.schema::name
join pg_class as relation
    on relation.relname = asked."table"::name
    and relation.relnamespace = namespace.oid
    and relation.relkind in ('r', 'p')
left join pg_index as key
    on key.indrelid = relation.oid and key.indisprimary and key.indnkeyatts = 1 and asked."column" is null
join pg_attribute as attribute
    on attribute.attrelid = relation.oid
    and attribute.attnum > 0
    and not attribute.attisdropped
    and case when asked."column" is null then attribute.attnum = key.indkey[0] else attribute.attname = asked."column" end
join pg_type as type on type.oid = attribute.atttypid and type.typcategory in ('N', 'S')
order by asked.place
