ALTER TYPE fleet.purpose ADD VALUE IF NOT EXISTS 'private' AFTER 'service';
