create table users (id integer primary key, plan text, country text, active boolean);
