-- Rails: drop_table
-- problem V2:1 drop: the rows are gone
-- V1__create_articles.sql
CREATE TABLE "articles" ("id" bigserial primary key);
-- V2__drop_articles.sql
DROP TABLE "articles";
