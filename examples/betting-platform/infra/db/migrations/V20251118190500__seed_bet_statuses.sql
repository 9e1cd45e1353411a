-- Rows in a file of their own: schema and data changes are not mixed.
INSERT INTO bet_statuses (status_code, description, is_final) VALUES
    ('placed', 'Accepted, the event is still open', false),
    ('won', 'Settled in favour of the user', true),
    ('lost', 'Settled against the user', true),
    ('void', 'Cancelled, the stake is returned', true)
ON CONFLICT (status_code) DO NOTHING;
