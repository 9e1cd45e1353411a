-- Rails 7: a stored virtual column
-- problem V2:1 rewrite: all rows are written anew
-- V1__create_users.sql
CREATE TABLE "users" ("id" bigserial primary key, "email" text);
-- V2__add_email_lower.sql
ALTER TABLE "users" ADD "email_lower" text GENERATED ALWAYS AS (lower("email")) STORED;
