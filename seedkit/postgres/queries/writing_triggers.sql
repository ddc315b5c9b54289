-- One row for each trigger, none of PostgreSQL's own, and each rule that an insert or an update fires on one of %(tables)s
-- or a partition of it: what it does, as it is written.
with recursive part as (
    select
        relation.oid as root,
        relation.oid
    from pg_class as relation
    where relation.oid = any (%(tables)s::oid[])
    union all
    select
        part.root,
        inherits.inhrelid
    from part
    join pg_class as parent on parent.oid = part.oid and parent.relkind = 'p'
    join pg_inherits as inherits on inherits.inhparent = part.oid
)
select
    part.root::int8 as table,
    function.prosrc as source,
    trigger.tginitdeferred as deferred
from part
join pg_trigger as trigger on trigger.tgrelid = part.oid
join pg_proc as function on function.oid = trigger.tgfoid
where not trigger.tgisinternal
    and trigger.tgenabled in ('O', 'A')
    and trigger.tgtype & (4 | 16) <> 0 -- of inserts or updates
union
select
    part.root::int8,
    pg_get_ruledef(rule.oid),
    false
from part
join pg_rewrite as rule on rule.ev_class = part.oid
where rule.ev_type in ('2', '3') -- of updates, of inserts
    and rule.ev_enabled in ('O', 'A')
