SET lock_timeout = '3s';
ALTER TABLE classes DROP COLUMN room_id;
