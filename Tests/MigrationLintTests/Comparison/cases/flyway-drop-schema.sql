-- Flyway: a schema goes with all that is in it
-- problem V2:1 drop: all tables of the schema are gone
-- V1__add_archive.sql
CREATE SCHEMA archive;
CREATE TABLE archive.orders (id bigint PRIMARY KEY);
-- V2__drop_archive.sql
DROP SCHEMA archive CASCADE;
