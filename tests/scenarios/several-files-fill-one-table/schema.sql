create table users (id serial primary key, name text not null);
create table roles (id serial primary key, name text not null);
create table user_roles (user_id integer references users, role_id integer references roles, primary key (user_id, role_id));
