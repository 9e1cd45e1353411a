-- Flyway: a repeatable script that drops its view first
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, closed boolean NOT NULL DEFAULT false);
-- R__open_orders.sql
DROP VIEW IF EXISTS open_orders;
CREATE VIEW open_orders AS SELECT id FROM orders WHERE NOT closed;
