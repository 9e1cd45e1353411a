-- Rails: add_column with a default that is computed for each row
-- problem V2:1 rewrite: all rows are written under ACCESS EXCLUSIVE
-- V1__create_articles.sql
CREATE TABLE "articles" ("id" bigserial primary key, "title" text);
-- V2__add_token.sql
ALTER TABLE "articles" ADD "token" uuid DEFAULT gen_random_uuid() NOT NULL;
