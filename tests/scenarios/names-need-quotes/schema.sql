create schema "My Shop";

create table "My Shop"."Order Items" (
    "Id"      bigserial primary key,
    "select"  text,
    "50 %"    integer
);
