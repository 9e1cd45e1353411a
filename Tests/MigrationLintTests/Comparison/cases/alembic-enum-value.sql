-- Alembic: a new value of an enum, alone
-- V1__orders.sql
CREATE TYPE order_state AS ENUM ('open', 'paid');
CREATE TABLE orders (id bigint PRIMARY KEY, state order_state NOT NULL);
-- V2__refunded_orders.sql
ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'refunded' AFTER 'paid';
