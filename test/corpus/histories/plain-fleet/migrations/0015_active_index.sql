CREATE INDEX CONCURRENTLY vehicles_active_idx ON fleet.vehicles (model) WHERE retired_on IS NULL;
