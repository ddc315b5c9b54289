-- The databases whose names begin with %(beginning)s, the oldest first.
select datname::text
from pg_catalog.pg_database
where pg_catalog.starts_with(datname::text, %(beginning)s)
order by oid
