-- Flyway: TRUNCATE with all that refers to it
-- problem V2:1 drop: the rows of both tables are gone
-- V1__add_carts.sql
CREATE TABLE carts (id bigint PRIMARY KEY);
CREATE TABLE items (id bigint PRIMARY KEY, cart bigint REFERENCES carts);
-- V2__empty_carts.sql
TRUNCATE TABLE carts CASCADE;
