create table settings (id integer primary key, value jsonb, spelling json);
