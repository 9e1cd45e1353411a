-- Flyway: a repeatable script that can run only once
-- problem R:1 repeat: the second run fails, for the view is there
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, closed boolean NOT NULL DEFAULT false);
-- R__open_orders.sql
CREATE VIEW open_orders AS SELECT id FROM orders WHERE NOT closed;
