-- Flyway: rows from pg_dump
-- V1__add_countries.sql
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
-- V2__fill_countries.sql
COPY countries (code, name) FROM stdin;
CH	Switzerland
DE	Germany; it's a place
\.
