-- One row for each trigger FOR EACH ROW that an insert or an update fires on one of %(tables)s or a partition of it, none
-- of PostgreSQL's own. Asked in whatever search path there is.
with recursive part as (
    select
        relation.oid as root,
        relation.oid
    from pg_catalog.pg_class as relation
    where relation.oid operator(pg_catalog.=) any (%(tables)s::pg_catalog.oid[])
    union all
    select
        part.root,
        inherits.inhrelid
    from part
    join pg_catalog.pg_class as parent
        on parent.oid operator(pg_catalog.=) part.oid and parent.relkind operator(pg_catalog.=) 'p'
    join pg_catalog.pg_inherits as inherits on inherits.inhparent operator(pg_catalog.=) part.oid
)
select distinct
    part.root::pg_catalog.int8 as table,
    trigger.tgname::pg_catalog.text as name,
    trigger.tgtype operator(pg_catalog.&) 2::pg_catalog.int2 operator(pg_catalog.<>) 0 as before
from part
join pg_catalog.pg_trigger as trigger on trigger.tgrelid operator(pg_catalog.=) part.oid
where not trigger.tgisinternal
    and trigger.tgenabled operator(pg_catalog.=) any ('{O,A}'::pg_catalog."char"[])
    and trigger.tgtype operator(pg_catalog.&) 1::pg_catalog.int2 operator(pg_catalog.<>) 0 -- for each row
    and trigger.tgtype operator(pg_catalog.&) 20::pg_catalog.int2 operator(pg_catalog.<>) 0 -- of inserts or updates
order by 1, 2
