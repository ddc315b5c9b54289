create table posts (id integer primary key, body text, data jsonb);
