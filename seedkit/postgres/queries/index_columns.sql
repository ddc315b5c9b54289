-- One row for each column of an index; asked in whatever search path there is.
select attribute.attname
from pg_catalog.pg_class as index
join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) index.relnamespace
join pg_catalog.pg_index as found on found.indexrelid operator(pg_catalog.=) index.oid
join pg_catalog.pg_attribute as attribute
    on attribute.attrelid operator(pg_catalog.=) found.indrelid
    and attribute.attnum operator(pg_catalog.=) any (found.indkey)
where namespace.nspname operator(pg_catalog.=) %(schema)s and index.relname operator(pg_catalog.=) %(index)s
