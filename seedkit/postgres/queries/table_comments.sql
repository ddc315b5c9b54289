-- One row for each of %(tables)s that has a comment.
select objoid as table, description as comment
from pg_description
where classoid = 'pg_class'::regclass and objsubid = 0 and objoid = any(%(tables)s::oid[])
