-- One row for each table that this transaction has inserted into or updated, and for each table above a partition.
with counted as (
    select relid
    from pg_stat_xact_user_tables
    where n_tup_ins > 0 or n_tup_upd > 0
)
select relid::int8 as oid
from counted
union
select ancestor.relid::int8
from counted
cross join lateral pg_partition_ancestors(counted.relid) as ancestor
