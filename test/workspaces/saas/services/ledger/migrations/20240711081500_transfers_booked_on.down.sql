-- no-transaction
DROP INDEX CONCURRENTLY IF EXISTS transfers_booked_on_idx;
