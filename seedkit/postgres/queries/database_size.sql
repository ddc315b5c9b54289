-- One row: how many tables the database has outside PostgreSQL's own schemas, and its size in bytes.
select
    (
        select pg_catalog.count(*)::pg_catalog.int4
        from pg_catalog.pg_class as relation
        join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) relation.relnamespace
        where relation.relkind operator(pg_catalog.=) any ('{r,p}')
            and namespace.nspname operator(pg_catalog.<>) 'information_schema'
            and namespace.nspname operator(pg_catalog.!~) '^pg_'
    ) as tables,
    pg_catalog.pg_database_size(pg_catalog.current_database()) as size
