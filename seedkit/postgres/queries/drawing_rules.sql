-- One row for each rule ON INSERT whose action calls nextval (1574), as it is stored, with the owner of its table or view,
-- in whose name the action is done.
select
    left(rule.ev_action::text, 1000001) as action, -- enough to see that it is too long
    relation.relowner::int8 as owner,
    rule.rulename as name,
    relation.relname as relation,
    namespace.nspname as schema
from pg_rewrite as rule
join pg_class as relation on relation.oid = rule.ev_class
join pg_namespace as namespace on namespace.oid = relation.relnamespace
where rule.ev_type = '3'
    and rule.ev_enabled in ('O', 'A')
    and strpos(rule.ev_action::text, ':funcid 1574 ') > 0
