create table users (id integer generated always as identity primary key, email text unique, nick text unique);
