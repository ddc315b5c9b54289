-- One row for each constraint trigger of one of %(tables)s whose check may wait for the end, by the schema and the name of its
-- constraint; `definition` is what comes behind FOR EACH ROW: its condition and its function. Asked with names qualified.
select
    trigger.tgrelid::int8 as table,
    namespace.nspname::text as schema,
    found.conname::text as name,
    substring(pg_get_triggerdef(trigger.oid) from ' FOR EACH ROW (.*)$') as definition
from pg_trigger as trigger
join pg_constraint as found on found.oid = trigger.tgconstraint
join pg_namespace as namespace on namespace.oid = found.connamespace
where trigger.tgrelid = any (%(tables)s::oid[])
    and found.contype = 't'
    and trigger.tgdeferrable
    and trigger.tgenabled in ('O', 'A')
    and trigger.tgtype & 1 <> 0 -- for each row
order by 1, 3
