CREATE TABLE clinic.audit_log (
  id      bigint GENERATED ALWAYS AS IDENTITY,
  at      timestamptz NOT NULL DEFAULT now(),
  actor   text NOT NULL,
  action  text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE clinic.audit_log_2025 PARTITION OF clinic.audit_log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX audit_log_actor_idx ON clinic.audit_log (actor, at);
