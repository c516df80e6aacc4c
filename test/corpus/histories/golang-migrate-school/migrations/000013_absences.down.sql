SET lock_timeout = '3s';
DROP TABLE absences;
DROP TYPE absence_reason;
