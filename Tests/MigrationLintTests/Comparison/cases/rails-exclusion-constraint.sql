-- Rails 7.1: add_exclusion_constraint on a table in use
-- problem V2:1 key-lock: the index is built under ACCESS EXCLUSIVE
-- V1__create_bookings.sql
CREATE TABLE "bookings" ("id" bigserial primary key, "room" bigint, "during" tstzrange);
-- V2__bookings_do_not_overlap.sql
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_overlap" EXCLUDE USING gist ("room" WITH =, "during" WITH &&);
