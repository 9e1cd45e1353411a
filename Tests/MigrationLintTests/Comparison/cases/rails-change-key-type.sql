-- Rails: change_column of a key from integer to bigint
-- problem V2:1 rewrite: all rows and indexes are written anew
-- V1__create_posts.sql
CREATE TABLE "posts" ("id" integer primary key, "views" bigint);
-- V2__posts_id_bigint.sql
ALTER TABLE "posts" ALTER COLUMN "id" TYPE bigint;
