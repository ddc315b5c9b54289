create table prices (
    id      serial primary key,
    amount  numeric(8, 2) not null
);

create table price_history (price_id integer, amount numeric);

create rule keep as on insert to prices do also insert into price_history values (new.id, new.amount);
