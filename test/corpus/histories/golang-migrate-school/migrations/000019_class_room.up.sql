SET lock_timeout = '3s';
ALTER TABLE classes ADD COLUMN room_id bigint;
ALTER TABLE classes ADD CONSTRAINT classes_room_id_fkey FOREIGN KEY (room_id) REFERENCES rooms (id) ON DELETE SET NULL NOT VALID;
