DROP INDEX CONCURRENTLY classes_room_id_idx;
