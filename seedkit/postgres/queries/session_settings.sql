-- One row for each setting that is asked for; the role is none that pg_settings shows, so it counts as set.
-- Asked in whatever search path there is.
select
    asked.name,
    pg_catalog.current_setting(asked.name) as value,
    coalesce(settings.source operator(pg_catalog.=) 'session', true) as was_set
from pg_catalog.unnest(%(names)s::pg_catalog.text[]) as asked (name)
left join pg_catalog.pg_settings as settings on settings.name operator(pg_catalog.=) asked.name
