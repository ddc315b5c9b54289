create table users (id serial primary key, email text not null unique);
create table roles (id serial primary key, name text not null unique);
create table users_roles (
    user_id  integer not null references users,
    role_id  integer not null references roles,
    primary key (user_id, role_id)
);
create view memberships as
    select users.email, roles.name as role
    from users_roles join users on users.id = user_id join roles on roles.id = role_id;
