SET lock_timeout = '3s';
ALTER TABLE marks ADD COLUMN remark text NOT NULL DEFAULT '';
