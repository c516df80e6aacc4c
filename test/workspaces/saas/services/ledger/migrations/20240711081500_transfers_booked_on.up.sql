-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS transfers_booked_on_idx ON transfers (booked_on);
