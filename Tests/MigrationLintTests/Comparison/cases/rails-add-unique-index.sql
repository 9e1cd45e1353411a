-- Rails: add_index with unique: true on a table in use
-- problem V2:1 index: writers wait until the index is built
-- V1__create_users.sql
CREATE TABLE "users" ("id" bigserial primary key, "email" text);
-- V2__add_users_email_index.sql
CREATE UNIQUE INDEX "index_users_on_email" ON "users" ("email");
