-- The triggers of tables that a TRUNCATE fires, by the tables' OIDs.
select trigger.tgrelid as "table", trigger.tgname as trigger
from pg_trigger as trigger
where trigger.tgrelid = any (%(tables)s)
    and trigger.tgtype & 32 <> 0 -- TRUNCATE
    and trigger.tgenabled <> 'D'
    and not trigger.tgisinternal
order by 1, 2
