-- One row for each trigger, none of PostgreSQL's own and no partition's copy, and each rule that an insert or an update
-- fires on one of %(tables)s: what it does, as it is written.
select
    trigger.tgrelid::int8 as table,
    function.prosrc as source,
    trigger.tginitdeferred as deferred
from pg_trigger as trigger
join pg_proc as function on function.oid = trigger.tgfoid
where trigger.tgrelid = any (%(tables)s::oid[])
    and not trigger.tgisinternal
    and trigger.tgparentid = 0
    and trigger.tgenabled in ('O', 'A')
    and trigger.tgtype & (4 | 16) <> 0 -- of inserts or updates
union all
select
    rule.ev_class::int8,
    pg_get_ruledef(rule.oid),
    false
from pg_rewrite as rule
where rule.ev_class = any (%(tables)s::oid[])
    and rule.ev_type in ('2', '3') -- of updates, of inserts
    and rule.ev_enabled in ('O', 'A')
