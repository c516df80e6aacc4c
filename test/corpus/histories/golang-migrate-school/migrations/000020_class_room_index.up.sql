CREATE INDEX CONCURRENTLY classes_room_id_idx ON classes (room_id);
