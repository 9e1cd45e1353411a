-- Rails: add_foreign_key with validate: false, validated in the next migration
-- V1__create_users.sql
CREATE TABLE "users" ("id" bigserial primary key);
CREATE TABLE "articles" ("id" bigserial primary key, "user_id" bigint);
-- V2__add_articles_user_key.sql
ALTER TABLE "articles" ADD CONSTRAINT "fk_rails_3d31dad1cc" FOREIGN KEY ("user_id") REFERENCES "users" ("id") NOT VALID;
-- V3__validate_articles_user_key.sql
ALTER TABLE "articles" VALIDATE CONSTRAINT "fk_rails_3d31dad1cc";
