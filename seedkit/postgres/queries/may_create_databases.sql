-- One row: the role at work, whether it may create databases, and whether the server's files reach the disk in time.
select rolname::text, rolcreatedb or rolsuper, pg_catalog.current_setting('fsync') operator(pg_catalog.=) 'on'
from pg_catalog.pg_roles
where rolname operator(pg_catalog.=) current_user
