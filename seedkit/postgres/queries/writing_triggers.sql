-- One row for each trigger, none of PostgreSQL's own, and each rule that an insert or an update fires on one of %(tables)s
-- or a partition of it: what it does, as it is written. Asked in whatever search path there is.
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
select
    part.root::pg_catalog.int8 as table,
    function.prosrc as source,
    trigger.tginitdeferred as deferred
from part
join pg_catalog.pg_trigger as trigger on trigger.tgrelid operator(pg_catalog.=) part.oid
join pg_catalog.pg_proc as function on function.oid operator(pg_catalog.=) trigger.tgfoid
where not trigger.tgisinternal
    and trigger.tgenabled operator(pg_catalog.=) any ('{O,A}'::pg_catalog."char"[])
    and trigger.tgtype operator(pg_catalog.&) 20::pg_catalog.int2 operator(pg_catalog.<>) 0 -- of inserts or updates
union
select
    part.root::pg_catalog.int8,
    pg_catalog.pg_get_ruledef(rule.oid),
    false
from part
join pg_catalog.pg_rewrite as rule on rule.ev_class operator(pg_catalog.=) part.oid
where rule.ev_type operator(pg_catalog.=) any ('{2,3}'::pg_catalog."char"[]) -- of updates, of inserts
    and rule.ev_enabled operator(pg_catalog.=) any ('{O,A}'::pg_catalog."char"[])
