-- Flyway: a function that is in use goes
-- problem V2:1 drop: whatever still calls it fails
-- V1__add_function.sql
CREATE FUNCTION total(numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * 1.08 $$;
-- V2__drop_total.sql
DROP FUNCTION total(numeric);
