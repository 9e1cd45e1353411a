-- Alembic: a naming convention makes a name of more than 63 bytes
-- problem V1:3 long-name: PostgreSQL cuts the name, and scripts that drop it by that name find another or none
-- V1__subscriptions.sql
CREATE TABLE customer_subscription_renewal_notifications (id bigint PRIMARY KEY, customer bigint, channel text);
CREATE TABLE x (id bigint PRIMARY KEY);
CREATE INDEX ix_customer_subscription_renewal_notifications_customer_and_channel ON customer_subscription_renewal_notifications (customer, channel);
