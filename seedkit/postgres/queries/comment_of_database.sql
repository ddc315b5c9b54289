-- The comment of the database %(name)s, if it has one.
select pg_catalog.shobj_description(oid, 'pg_database')
from pg_catalog.pg_database
where datname operator(pg_catalog.=) %(name)s::pg_catalog.name
