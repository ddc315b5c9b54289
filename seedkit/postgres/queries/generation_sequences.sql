-- One row for each of %(sequences)s: how it is defined.
select
    sequence.seqrelid::int8 as oid,
    relation.relname::text as name,
    sequence.seqstart as start,
    sequence.seqincrement as increment,
    sequence.seqmin as minimum,
    sequence.seqmax as maximum
from pg_sequence as sequence
join pg_class as relation on relation.oid = sequence.seqrelid
where sequence.seqrelid = any (%(sequences)s::oid[])
