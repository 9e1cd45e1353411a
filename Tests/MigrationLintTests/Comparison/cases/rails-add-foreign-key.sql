-- Rails: add_foreign_key on tables in use
-- problem V2:1 scan: all rows are read while writers of both tables wait
-- V1__create_users.sql
CREATE TABLE "users" ("id" bigserial primary key);
CREATE TABLE "articles" ("id" bigserial primary key, "user_id" bigint);
-- V2__add_articles_user_key.sql
ALTER TABLE "articles" ADD CONSTRAINT "fk_rails_3d31dad1cc" FOREIGN KEY ("user_id") REFERENCES "users" ("id");
