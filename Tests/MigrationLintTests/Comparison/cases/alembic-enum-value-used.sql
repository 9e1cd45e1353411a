-- Alembic: a new value of an enum is used in the same migration
-- problem V2:2 enum: PostgreSQL refuses it, `unsafe use of new value "refunded" of enum type`
-- V1__orders.sql
CREATE TYPE order_state AS ENUM ('open', 'paid');
CREATE TABLE orders (id bigint PRIMARY KEY, state order_state NOT NULL);
-- V2__refunded_orders.sql
ALTER TYPE order_state ADD VALUE 'refunded';
UPDATE orders SET state = 'refunded' WHERE id = 5;
