-- Hand-written: one column is set twice
-- problem V2:1 refused: PostgreSQL refuses it, `multiple assignments to same column "state"`
-- V1__orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- V2__close_order.sql
UPDATE orders SET state = 'closed', state = 'paid' WHERE id = 5;
