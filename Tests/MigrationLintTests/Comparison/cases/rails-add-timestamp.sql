-- Rails: add_column with a default of the transaction's time, which is stored once
-- V1__create_articles.sql
CREATE TABLE "articles" ("id" bigserial primary key, "title" text);
-- V2__add_published_at.sql
ALTER TABLE "articles" ADD "published_at" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL;
