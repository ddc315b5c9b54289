create table pages (id integer primary key, body text not null, icon bytea);
