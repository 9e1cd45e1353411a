-- Citus 12: a schema for each tenant
-- V1__add_tenant.sql
CREATE SCHEMA tenant_7;
SELECT citus_schema_distribute('tenant_7');
CREATE TABLE tenant_7.bets (bet_id bigint PRIMARY KEY, stake numeric);
CREATE INDEX bets_stake ON tenant_7.bets (stake);
