-- From a distributed to a reference table: no tenant_id needed, each node has the whole table.
-- Not inside CREATE TABLE bets: Citus takes over a local table that refers to a reference table on the spot, which fails
-- beside the key to users. Not in the same transaction either: with citus.multi_shard_modify_mode = 'parallel' (the
-- default) Citus refuses a key to a reference table after create_distributed_table.
-- whimbrel-ignore lock-not-valid: bets is created by the files just before, and still empty
ALTER TABLE bets ADD CONSTRAINT bets_status FOREIGN KEY (status_code) REFERENCES bet_statuses (status_code);
