-- Rails: rename_table, which renames its sequence and indexes too
-- problem V2:1 rename: the running release asks for the old name
-- V1__create_posts.sql
CREATE TABLE "posts" ("id" bigserial primary key, "title" text);
CREATE INDEX "index_posts_on_title" ON "posts" ("title");
-- V2__rename_posts.sql
ALTER TABLE "posts" RENAME TO "articles";
ALTER TABLE "posts_id_seq" RENAME TO "articles_id_seq";
ALTER INDEX "posts_pkey" RENAME TO "articles_pkey";
ALTER INDEX "index_posts_on_title" RENAME TO "index_articles_on_title";
