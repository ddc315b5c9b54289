-- One row: whether somebody has made anything in the database, or written its comment; extensions count for nothing.
-- 16384 is the first OID that PostgreSQL gives to what is made after initdb (FirstNormalObjectId).
with made as (
    select tableoid, oid
    from pg_catalog.pg_class
    where relkind operator(pg_catalog.=) any ('{r,p,v,m,f,S,c}')
    union all
    select tableoid, oid
    from pg_catalog.pg_proc
    union all
    select tableoid, oid
    from pg_catalog.pg_type
    where typtype operator(pg_catalog.=) any ('{e,d,r}')
)
select
    exists (
        select
        from made
        where oid operator(pg_catalog.>=) '16384'::pg_catalog.oid
            and not exists (
                select
                from pg_catalog.pg_depend
                where classid operator(pg_catalog.=) made.tableoid
                    and objid operator(pg_catalog.=) made.oid
                    and deptype operator(pg_catalog.=) 'e'
            )
    )
    or exists (
        select
        from pg_catalog.pg_database
        where datname operator(pg_catalog.=) pg_catalog.current_database()
            and pg_catalog.shobj_description(oid, 'pg_database') is not null
    ) as something
