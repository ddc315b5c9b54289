-- The sessions in the database %(name)s, each told to end.
select pg_catalog.pg_terminate_backend(pid)
from pg_catalog.pg_stat_activity
where datname operator(pg_catalog.=) %(name)s::pg_catalog.name
    and backend_type operator(pg_catalog.=) 'client backend'
