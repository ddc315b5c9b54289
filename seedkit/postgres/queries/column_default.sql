-- One row with the expression that gives a column (%(column)s of %(table)s) its value where an insert leaves it out.
select coalesce(
    pg_get_expr(expression.adbin, expression.adrelid),
    case
        when attribute.attidentity <> '' then
            format('nextval(%%L::regclass)', pg_get_serial_sequence(%(table)s, attribute.attname))
    end
) as expression
from pg_attribute as attribute
left join pg_attrdef as expression
    on expression.adrelid = attribute.attrelid and expression.adnum = attribute.attnum
where attribute.attrelid = %(table)s::regclass and attribute.attname = %(column)s
