-- One row with the expression that gives a column (%(column)s of %(table)s) its value where an insert leaves it out.
-- Asked in the user's search path, in which it is evaluated: so all names are qualified, and those in the text are right.
select coalesce(
    pg_catalog.pg_get_expr(expression.adbin, expression.adrelid),
    case
        when attribute.attidentity operator(pg_catalog.<>) '' then
            pg_catalog.format(
                'pg_catalog.nextval(%%L::pg_catalog.regclass)',
                pg_catalog.pg_get_serial_sequence(%(table)s, attribute.attname)
            )
    end
) as expression
from pg_catalog.pg_attribute as attribute
left join pg_catalog.pg_attrdef as expression
    on expression.adrelid operator(pg_catalog.=) attribute.attrelid
    and expression.adnum operator(pg_catalog.=) attribute.attnum
where attribute.attrelid operator(pg_catalog.=) %(table)s::pg_catalog.regclass::pg_catalog.oid
    and attribute.attname operator(pg_catalog.=) %(column)s::pg_catalog.name
