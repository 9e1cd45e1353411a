-- Flyway: an undo script takes back what its migration did
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- V2__add_note.sql
ALTER TABLE orders ADD COLUMN note text;
-- U2__add_note.sql
ALTER TABLE orders DROP COLUMN note;
