-- Rails: a table without key gets one
-- problem V2:1 rewrite: all rows are numbered, and the index is built, under ACCESS EXCLUSIVE
-- V1__create_clicks.sql
CREATE TABLE "clicks" ("url" text);
-- V2__number_clicks.sql
ALTER TABLE "clicks" ADD COLUMN "id" bigserial PRIMARY KEY;
