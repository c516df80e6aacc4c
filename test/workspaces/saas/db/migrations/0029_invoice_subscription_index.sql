CREATE INDEX CONCURRENTLY IF NOT EXISTS invoices_subscription_idx
    ON invoices (organization_id, subscription_id);
