create table orders (id integer primary key, total numeric not null, number bigint not null);
create sequence order_numbers start 100;
