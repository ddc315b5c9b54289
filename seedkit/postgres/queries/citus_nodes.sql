-- One row, where Citus is: this node's group, the coordinator's address, the groups of the workers, and for each table
-- that Citus knows its OID, how it is partitioned (h: by hash, n: not) and replicated (t: on every node), its colocation
-- group (0: none) and its distribution column.
select
    (select groupid from pg_dist_local_group) as "group",
    (
        select nodename || ':' || nodeport
        from pg_dist_node
        where groupid = 0 and noderole = 'primary'
        limit 1
    ) as coordinator,
    array(
        select groupid
        from pg_dist_node
        where groupid <> 0 and noderole = 'primary' and isactive
        order by groupid
    ) as workers,
    (
        select coalesce(json_agg(json_build_array(
            logicalrelid::oid::int8,
            partmethod,
            repmodel,
            colocationid,
            column_to_column_name(logicalrelid, partkey)
        )), '[]')
        from pg_dist_partition
    ) as tables
