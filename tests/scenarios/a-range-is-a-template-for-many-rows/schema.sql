create table users (id integer primary key, email text not null, plan text not null);
create table visits (id integer primary key, user_id integer not null references users, at_hour integer not null);
