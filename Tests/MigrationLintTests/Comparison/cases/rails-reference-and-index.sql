-- Rails: add_reference and its concurrent index in one migration without transaction
-- problem V2:1-2 alone: when the index fails, the column stays, and the file cannot be run again
-- V1__create_articles.sql
CREATE TABLE "users" ("id" bigserial primary key);
CREATE TABLE "articles" ("id" bigserial primary key);
-- V2__add_articles_user.sql
ALTER TABLE "articles" ADD "user_id" bigint;
CREATE INDEX CONCURRENTLY "index_articles_on_user_id" ON "articles" ("user_id");
