-- Citus: propagation is switched off
-- problem V1:1 admin: other nodes miss what follows
-- V1__add_jobs.sql
SET LOCAL citus.enable_ddl_propagation TO off;
CREATE TYPE job_state AS ENUM ('open', 'done');
