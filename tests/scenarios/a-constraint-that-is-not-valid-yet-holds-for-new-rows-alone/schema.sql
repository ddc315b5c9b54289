create table teams (id integer primary key);
create table users (id integer primary key, team_id integer, age integer);
insert into users values (9, 99, -1);
alter table users add foreign key (team_id) references teams not valid;
alter table users add check (age >= 0) not valid;
