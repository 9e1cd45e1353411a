-- Rails: a check is added and validated in one transaction
-- problem V2:2 bundle: the rows are read under the lock that ADD CONSTRAINT has taken
-- V1__create_users.sql
CREATE TABLE "users" ("id" bigserial primary key, "age" bigint);
-- V2__check_users_age.sql
ALTER TABLE "users" ADD CONSTRAINT "users_age" CHECK ("age" > 0) NOT VALID;
ALTER TABLE "users" VALIDATE CONSTRAINT "users_age";
