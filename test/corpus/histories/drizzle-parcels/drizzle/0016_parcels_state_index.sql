-- Built CONCURRENTLY by hand before the release; the migrator finds it done.
-- plumbline-ignore migration/create-index-not-concurrent, migration/missing-lock-timeout: exists on every live server
CREATE INDEX IF NOT EXISTS "parcels_state_idx" ON "parcels" USING btree ("state");
