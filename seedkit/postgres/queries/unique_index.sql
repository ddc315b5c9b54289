-- One row for each key of the unique index %(index)s of a schema, %(schema)s: the expression, the operator by which its
-- values are the same, and the condition of the index, NULL where it holds all rows. Asked of tables that are locked by us
-- already, in whatever search path there is.
select
    pg_catalog.pg_get_indexdef(index.indexrelid, key.position::pg_catalog.int4, false) as expression,
    pg_catalog.format('%%I.%%s', operator_schema.nspname, operator.oprname) as operator,
    pg_catalog.pg_get_expr(index.indpred, index.indrelid) as predicate
from pg_catalog.pg_index as index
join pg_catalog.pg_class as relation on relation.oid operator(pg_catalog.=) index.indexrelid
join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) relation.relnamespace
cross join pg_catalog.unnest(index.indclass::pg_catalog.oid[]) with ordinality as key (class, position)
join pg_catalog.pg_opclass as class on class.oid operator(pg_catalog.=) key.class
join pg_catalog.pg_amop as member
    on member.amopfamily operator(pg_catalog.=) class.opcfamily
    and member.amoplefttype operator(pg_catalog.=) class.opcintype
    and member.amoprighttype operator(pg_catalog.=) class.opcintype
    and member.amopstrategy operator(pg_catalog.=) 3::pg_catalog.int2
join pg_catalog.pg_operator as operator on operator.oid operator(pg_catalog.=) member.amopopr
join pg_catalog.pg_namespace as operator_schema
    on operator_schema.oid operator(pg_catalog.=) operator.oprnamespace
where relation.relname operator(pg_catalog.=) %(index)s::pg_catalog.name
    and namespace.nspname operator(pg_catalog.=) %(schema)s::pg_catalog.name
    and index.indisunique
order by key.position
