-- Rails before 5.1: a key that ends at two thousand million
-- problem V1:1 overflow: inserts fail after 2,147,483,647 rows
-- V1__create_clicks.sql
CREATE TABLE "clicks" ("id" serial primary key, "url" text);
