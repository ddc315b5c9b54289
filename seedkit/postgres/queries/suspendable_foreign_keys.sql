-- One row for each enforced, valid foreign key of the tables %(tables)s that is their own, not of a table above them.
select
    namespace.nspname as schema,
    relation.relname as table,
    foreign_key.conname as name,
    pg_has_role(relation.relowner, 'usage') as owned,
    quote_ident(pg_get_userbyid(relation.relowner)) as owner,
    referenced_namespace.nspname as referenced_schema,
    referenced.relname as referenced_table,
    foreign_key.confrelid = any (%(planned)s::oid[]) as planned
from pg_constraint as foreign_key
join pg_class as relation on relation.oid = foreign_key.conrelid
join pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_class as referenced on referenced.oid = foreign_key.confrelid
join pg_namespace as referenced_namespace on referenced_namespace.oid = referenced.relnamespace
where foreign_key.contype = 'f'
    and foreign_key.conrelid = any (%(tables)s::oid[])
    and foreign_key.conparentid = 0
    and foreign_key.convalidated
    and foreign_key.conenforced
order by 1, 2, 3
