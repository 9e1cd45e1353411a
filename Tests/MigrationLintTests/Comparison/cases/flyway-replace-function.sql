-- Flyway: a function gets another type, so it is dropped and made again
-- V1__add_function.sql
CREATE FUNCTION total(numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * 1.08 $$;
-- V2__total_as_text.sql
DROP FUNCTION total(numeric);
CREATE FUNCTION total(numeric) RETURNS text LANGUAGE sql AS $$ SELECT ($1 * 1.08)::text $$;
