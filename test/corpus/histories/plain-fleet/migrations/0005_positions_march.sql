SET lock_timeout = '3s';

CREATE TABLE fleet.positions_2026_03 (LIKE fleet.positions INCLUDING ALL);
ALTER TABLE fleet.positions ATTACH PARTITION fleet.positions_2026_03 FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
