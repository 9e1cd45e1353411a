-- Flyway: a table moves to another schema
-- problem V2:2 rename: the running release looks for it in the old one
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- V2__move_orders.sql
CREATE SCHEMA IF NOT EXISTS shop;
ALTER TABLE orders SET SCHEMA shop;
