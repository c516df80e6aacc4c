CREATE INDEX CONCURRENTLY IF NOT EXISTS services_name_idx ON services (lower(name));
