-- Rails: a column is required in the steps that strong_migrations asks for
-- V1__create_users.sql
CREATE TABLE "users" ("id" bigserial primary key, "name" text);
-- V2__check_users_name.sql
ALTER TABLE "users" ADD CONSTRAINT "users_name_null" CHECK ("name" IS NOT NULL) NOT VALID;
-- V3__validate_users_name.sql
ALTER TABLE "users" VALIDATE CONSTRAINT "users_name_null";
-- V4__require_users_name.sql
ALTER TABLE "users" ALTER COLUMN "name" SET NOT NULL;
ALTER TABLE "users" DROP CONSTRAINT "users_name_null";
