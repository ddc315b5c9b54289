create table categories (
    id         integer generated always as identity primary key,
    name       text not null unique,
    parent_id  integer references categories
);
create view paths as
    select category.name, parent.name as parent
    from categories as category left join categories as parent on parent.id = category.parent_id;
