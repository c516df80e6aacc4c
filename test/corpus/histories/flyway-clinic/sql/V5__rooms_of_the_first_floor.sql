INSERT INTO clinic.rooms (name) VALUES ('101'), ('102'), ('103');
