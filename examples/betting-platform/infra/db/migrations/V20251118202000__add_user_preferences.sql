CREATE TABLE user_preferences (
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    preferences JSONB NOT NULL DEFAULT '{}',
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id),
    CONSTRAINT user_preferences_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, user_id) ON DELETE CASCADE
);
SELECT create_distributed_table('user_preferences', 'tenant_id', colocate_with => 'tenants');
CREATE INDEX idx_user_preferences_updated ON user_preferences (tenant_id, updated_at);
