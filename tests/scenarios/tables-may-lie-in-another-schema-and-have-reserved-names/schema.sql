create schema "Sales";
create table "Sales"."order" ("select" integer primary key, "Group By" text, "a.b" text, "1st" text);
create table "Sales".customers (id integer primary key, order_id integer references "Sales"."order");
