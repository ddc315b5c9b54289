create table orders (
    id integer primary key, placed_at timestamp not null, shipped_on date, items integer, note text, status text default 'new'
);
