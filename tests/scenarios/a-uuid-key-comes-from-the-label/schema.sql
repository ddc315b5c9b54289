create table artists (id uuid primary key default gen_random_uuid(), name text not null);
create table albums (id integer primary key, artist_id uuid not null references artists);
