-- One row that says nothing; in a database without an encoding, an error where a name is no UTF-8.
select
    pg_catalog.count(pg_catalog.convert_from(pg_catalog.textsend(named.name::pg_catalog.text), 'UTF8'))
from (
    select relname from pg_catalog.pg_class
    union all
    select attname from pg_catalog.pg_attribute where attrelid operator(pg_catalog.>=) 16384
    union all
    select nspname from pg_catalog.pg_namespace
    union all
    select typname from pg_catalog.pg_type
    union all
    select enumlabel from pg_catalog.pg_enum
    union all
    select conname from pg_catalog.pg_constraint
    union all
    select rolname from pg_catalog.pg_roles
    union all
    select pg_catalog.shobj_description(oid, 'pg_database')
    from pg_catalog.pg_database
    where datname operator(pg_catalog.=) pg_catalog.current_database()
) as named (name)
