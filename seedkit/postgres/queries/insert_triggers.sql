-- One row if triggers of %(tables)s, or of partitions of them, run at inserts. Asked in whatever search path there is.
with recursive relation as (
    select oid
    from pg_catalog.unnest(%(tables)s::pg_catalog.oid[]) as given (oid)
    union
    select inherits.inhrelid
    from pg_catalog.pg_inherits as inherits
    join relation on relation.oid operator(pg_catalog.=) inherits.inhparent
)
select 1 as found
from pg_catalog.pg_trigger as trigger
join relation on relation.oid operator(pg_catalog.=) trigger.tgrelid
where not trigger.tgisinternal
    and trigger.tgenabled operator(pg_catalog.<>) 'D'
    and trigger.tgtype operator(pg_catalog.&) 4::pg_catalog.int2 operator(pg_catalog.<>) 0::pg_catalog.int2
limit 1
