-- Citus: a column is added, filled tenant by tenant, checked, required
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__add_stake.sql
ALTER TABLE bets ADD COLUMN stake numeric;
-- V3__fill_stake.sql
UPDATE bets SET stake = 0 WHERE tenant_id = 7 AND stake IS NULL;
-- V4__check_stake.sql
ALTER TABLE bets ADD CONSTRAINT stake_there CHECK (stake IS NOT NULL) NOT VALID;
-- V5__validate_stake.sql
ALTER TABLE bets VALIDATE CONSTRAINT stake_there;
-- V6__require_stake.sql
ALTER TABLE bets ALTER COLUMN stake SET NOT NULL;
