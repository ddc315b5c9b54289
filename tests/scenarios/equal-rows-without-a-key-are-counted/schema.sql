create table visits (page text, seconds integer, facts json);
