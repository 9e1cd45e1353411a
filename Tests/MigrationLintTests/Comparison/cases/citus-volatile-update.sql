-- Citus: the textbook's backfill of a key
-- problem V2:1 volatile: Citus refuses it, `functions used in UPDATE queries on distributed tables must not be VOLATILE`
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, token uuid, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__fill_tokens.sql
UPDATE bets SET token = gen_random_uuid() WHERE tenant_id = 7 AND token IS NULL;
