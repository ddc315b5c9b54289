-- One row for each setting that is asked for; the role is none that pg_settings shows, so it counts as set.
select
    asked.name,
    current_setting(asked.name) as value,
    coalesce(pg_settings.source = 'session', true) as was_set
from unnest(%(names)s::text[]) as asked (name)
left join pg_settings on pg_settings.name = asked.name
