-- Flyway: a domain gets a check
-- problem V2:1 scan: all tables with a column of the domain are read while others wait
-- V1__add_users.sql
CREATE DOMAIN email AS text;
CREATE TABLE users (id bigint PRIMARY KEY, mail email);
-- V2__emails_have_at.sql
ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
