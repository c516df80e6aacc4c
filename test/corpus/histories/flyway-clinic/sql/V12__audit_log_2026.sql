SET LOCAL lock_timeout = '4s';
CREATE TABLE clinic.audit_log_2026 (LIKE clinic.audit_log INCLUDING ALL EXCLUDING IDENTITY);
ALTER TABLE clinic.audit_log ATTACH PARTITION clinic.audit_log_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
