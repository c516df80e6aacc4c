SET lock_timeout = '3s';

CREATE TABLE fleet.positions_2026_02 PARTITION OF fleet.positions FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
