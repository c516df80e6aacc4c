--- given
CREATE TABLE readings (
  id bigint GENERATED ALWAYS AS IDENTITY,
  device_id bigint NOT NULL,
  at timestamptz NOT NULL,
  value double precision,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE readings_2024 PARTITION OF readings FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE readings_2025 PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE archive_2023 (
  id bigint NOT NULL,
  device_id bigint NOT NULL,
  at timestamptz NOT NULL,
  value double precision,
  PRIMARY KEY (id, at)
);
CREATE TABLE parcels (
  id bigint NOT NULL,
  country text NOT NULL,
  PRIMARY KEY (id, country)
) PARTITION BY LIST (country);
CREATE TABLE parcels_ch PARTITION OF parcels FOR VALUES IN ('CH');
CREATE TABLE parcels_other PARTITION OF parcels DEFAULT;

--- case: a full table attached
--- truth: ATTACH reads all of archive_2023 under ACCESS EXCLUSIVE on it, since no CHECK proves the bound.
--- migration
SET lock_timeout = '5s';
ALTER TABLE readings ATTACH PARTITION archive_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
--- expect: migration/attach-partition-scan at "ATTACH PARTITION archive_2023"

--- case: a table attached whose CHECK says less than the bound
--- truth: The check must imply both ends and not null; this one leaves the upper end open.
--- migration
SET lock_timeout = '5s';
ALTER TABLE archive_2023 ADD CONSTRAINT archive_2023_bound CHECK (at >= '2023-01-01') NOT VALID;
ALTER TABLE archive_2023 VALIDATE CONSTRAINT archive_2023_bound;
ALTER TABLE "public"."readings" ATTACH PARTITION "public"."archive_2023" FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
--- expect: migration/attach-partition-scan at "ATTACH PARTITION "public"."archive_2023""

--- case: a partition beside a default partition
--- truth: ATTACH and CREATE ... PARTITION OF read the DEFAULT partition for rows of the new bound, under ACCESS EXCLUSIVE on it.
--- migration
SET lock_timeout = '5s';
CREATE TABLE parcels_fr PARTITION OF parcels FOR VALUES IN ('FR');
--- expect: migration/attach-partition-scan at "CREATE TABLE parcels_fr PARTITION OF parcels FOR VALUES IN ('FR')"

--- case: an empty table attached beside a default partition
--- truth: The new table is empty, but the default partition is read in full.
--- migration
SET lock_timeout = '5s';
CREATE TABLE parcels_de (LIKE parcels INCLUDING ALL);
ALTER TABLE parcels ATTACH PARTITION parcels_de FOR VALUES IN ('DE', 'AT');
--- expect: migration/attach-partition-scan at "ATTACH PARTITION parcels_de FOR VALUES IN ('DE', 'AT')"

--- case: a partition detached in the plain way
--- truth: ACCESS EXCLUSIVE on parent and partition.
--- migration
SET lock_timeout = '5s';
ALTER TABLE readings DETACH PARTITION readings_2024;
--- expect: migration/detach-partition-not-concurrent at "DETACH PARTITION readings_2024"

--- case: a partition detached in a transaction with quoted names
--- tool: sqlx
--- truth: ACCESS EXCLUSIVE on the parent until the file's transaction ends.
--- given
CREATE SCHEMA iot;
CREATE TABLE iot."Readings" (
  id bigint NOT NULL,
  at date NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE iot."Readings 2024" PARTITION OF iot."Readings" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
--- migration
SET LOCAL lock_timeout = '5s';
ALTER TABLE iot."Readings" DETACH PARTITION iot."Readings 2024";
--- expect: migration/detach-partition-not-concurrent at "DETACH PARTITION iot."Readings 2024""

--- case: DETACH CONCURRENTLY beside a default partition
--- truth: 55000: cannot detach partitions concurrently when a default partition exists.
--- fails: 55000
--- migration
ALTER TABLE parcels DETACH PARTITION parcels_ch CONCURRENTLY;
--- expect: migration/detach-partition-not-concurrent at "DETACH PARTITION parcels_ch CONCURRENTLY"

--- case: a unique constraint without the partition key
--- truth: 0A000: unique constraint on partitioned table must include all partitioning columns.
--- fails: 0A000
--- migration
SET lock_timeout = '5s';
ALTER TABLE readings ADD CONSTRAINT readings_device_id_key UNIQUE (device_id);
--- expect: migration/partition-key-mismatch at "UNIQUE (device_id)"
--- allow: migration/unique-constraint-without-index

--- case: a new partitioned table whose key lacks the partition key
--- truth: 0A000 at once, empty or not.
--- fails: 0A000
--- migration
CREATE TABLE page_views (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  viewed_at timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (viewed_at);
--- expect: migration/partition-key-mismatch at "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

--- case: a list bound for a range
--- truth: 42P16: invalid bound specification for a range partition.
--- fails: 42P16
--- migration
SET lock_timeout = '5s';
CREATE TABLE readings_2026 PARTITION OF readings FOR VALUES IN ('2026-01-01');
--- expect: migration/partition-key-mismatch at "FOR VALUES IN ('2026-01-01')"

--- case: a unique index without the partition key
--- truth: 0A000 for CREATE UNIQUE INDEX as for the constraint.
--- fails: 0A000
--- migration
SET lock_timeout = '5s';
CREATE UNIQUE INDEX parcels_id_key ON parcels (id);
--- expect: migration/partition-key-mismatch at "CREATE UNIQUE INDEX parcels_id_key ON parcels (id)"
--- allow: migration/create-index-not-concurrent

--- case: a default partition
--- preset: strict
--- truth: It catches every row without a home, and each later ATTACH has to read it.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
CREATE TABLE readings_rest PARTITION OF readings DEFAULT;
--- expect: migration/default-partition at "CREATE TABLE readings_rest PARTITION OF readings DEFAULT"
--- allow: migration/partition-fan-out
--- allow: migration/not-rerunnable

--- case: a column added to a partitioned parent
--- preset: strict
--- truth: ACCESS EXCLUSIVE on the parent and on each of its partitions at once.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
ALTER TABLE readings ADD COLUMN unit text;
--- expect: migration/partition-fan-out at "ALTER TABLE readings ADD COLUMN unit text"
--- allow: migration/not-rerunnable

--- case: a foreign key NOT VALID on a partitioned table before 18
--- postgres: 16
--- truth: 0A000 up to 17: cannot add NOT VALID foreign key on partitioned table referencing relation; the plain form scans.
--- given
CREATE TABLE devices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE TABLE readings (
  id bigint NOT NULL,
  device_id bigint NOT NULL,
  at date NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX readings_device_id_idx ON readings (device_id);
CREATE TABLE readings_2026 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
--- migration
SET lock_timeout = '5s';
ALTER TABLE readings ADD CONSTRAINT readings_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices (id) ON DELETE CASCADE;
--- expect: migration/foreign-key-not-valid at "FOREIGN KEY (device_id) REFERENCES devices (id)"
