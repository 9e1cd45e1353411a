-- Flyway: schema and rows in one file
-- problem V2:2 mixed: rows are changed under the lock of the schema change
-- problem V2:2 unbounded: one statement changes all rows
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
-- V2__add_currency.sql
ALTER TABLE orders ADD COLUMN currency text;
UPDATE orders SET currency = 'CHF';
