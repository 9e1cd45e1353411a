-- Flyway: DELETE without WHERE
-- problem V2:1 unbounded: all rows go in one statement
-- V1__add_carts.sql
CREATE TABLE carts (id bigint PRIMARY KEY);
-- V2__empty_carts.sql
DELETE FROM carts;
