-- One row for each key of the index by which a unique or an exclusion constraint %(name)s of a table is kept, by the table's
-- %(schema)s and name: the OID of the table, the expression, the operator that two rows must not agree by, and the condition of the index, NULL
-- where it holds all rows. Asked with names qualified.
select
    relation.oid::int8 as relation,
    pg_get_indexdef(index.indexrelid, key.position::int4, false) as expression,
    format('%%I.%%s', operator_schema.nspname, operator.oprname) as operator,
    pg_get_expr(index.indpred, index.indrelid) as predicate
from pg_constraint as found
join pg_class as relation on relation.oid = found.conrelid
join pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_index as index on index.indexrelid = found.conindid
cross join unnest(index.indclass::oid[]) with ordinality as key (class, position)
join pg_opclass as class on class.oid = key.class
left join pg_amop as member -- of a unique constraint; an exclusion names its operators itself
    on found.conexclop is null
    and member.amopfamily = class.opcfamily
    and member.amoplefttype = class.opcintype
    and member.amoprighttype = class.opcintype
    and member.amopstrategy = 3
join pg_operator as operator on operator.oid = coalesce(found.conexclop[key.position], member.amopopr)
join pg_namespace as operator_schema on operator_schema.oid = operator.oprnamespace
where found.contype in ('u', 'p', 'x')
    and found.conname = %(name)s
    and relation.relname = %(table)s
    and namespace.nspname = %(schema)s
order by key.position
