-- One row for each role that is neither ours nor a superuser whose code may run where rows come into %(tables)s: whose are
-- the tables, those below them, their columns' types and all these are made of, and the functions that any of them calls.
-- And one with the search path that the database's owner has set for it, where our session has that.
with recursive below as (
    select unnest(%(tables)s::oid[]) as oid
    union
    select inherits.inhrelid
    from pg_inherits as inherits
    join below on inherits.inhparent = below.oid
),
used_type as (
    select attribute.atttypid as oid
    from pg_attribute as attribute
    join below on attribute.attrelid = below.oid
    where attribute.attnum > 0 and attribute.atttypid >= 16384
    union
    select part.oid
    from used_type
    join pg_type as type on type.oid = used_type.oid
    cross join lateral (
        values (type.typbasetype), (type.typelem)
        union all
        select atttypid
        from pg_attribute
        where attrelid = type.typrelid and attnum > 0
        union all
        select rngsubtype
        from pg_range
        where rngtypid = type.oid or rngmultitypid = type.oid
    ) as part (oid)
    where part.oid >= 16384
),
-- What may hold a call.
calling as (
    select 'pg_class'::regclass as class, oid from below
    union all
    select 'pg_class'::regclass, indexrelid from pg_index join below on indrelid = below.oid
    union all
    select 'pg_type'::regclass, oid from used_type
    union all
    select 'pg_attrdef'::regclass, def.oid from pg_attrdef as def join below on adrelid = below.oid
    union all
    select 'pg_constraint'::regclass, "check".oid from pg_constraint as "check" join below on conrelid = below.oid
    union all
    select 'pg_constraint'::regclass, "check".oid from pg_constraint as "check" join used_type on contypid = used_type.oid
    union all
    select 'pg_trigger'::regclass, trigger.oid from pg_trigger as trigger join below on tgrelid = below.oid
    union all
    select 'pg_rewrite'::regclass, rule.oid from pg_rewrite as rule join below on ev_class = below.oid
    union all
    select 'pg_policy'::regclass, policy.oid from pg_policy as policy join below on polrelid = below.oid
),
called as (
    select coalesce(operator.oprcode::oid, depend.refobjid) as function
    from calling
    join pg_depend as depend on depend.classid = calling.class and depend.objid = calling.oid
    left join pg_operator as operator
        on depend.refclassid = 'pg_operator'::regclass and operator.oid = depend.refobjid
    where depend.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)
),
owner as (
    select relowner as oid from pg_class join below on pg_class.oid = below.oid
    union
    select typowner from pg_type join used_type on pg_type.oid = used_type.oid
    union
    select proowner from pg_proc join called on pg_proc.oid = called.function
)
select
    role.rolname as role,
    null as path
from owner
join pg_roles as role on role.oid = owner.oid
where not role.rolsuper and role.rolname <> current_user
union all
select
    role.rolname,
    session.reset_val
from pg_database as database
join pg_roles as role on role.oid = database.datdba
join pg_db_role_setting as setting on setting.setdatabase = database.oid and setting.setrole = 0
join pg_settings as session on session.name = 'search_path'
where database.datname = current_database()
    and not role.rolsuper
    and 'search_path=' || session.reset_val = any (setting.setconfig)
order by
    role
