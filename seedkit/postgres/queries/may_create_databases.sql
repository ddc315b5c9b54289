-- One row: the role at work, and whether it may create databases.
select rolname::text, rolcreatedb or rolsuper
from pg_catalog.pg_roles
where rolname operator(pg_catalog.=) current_user
