SET LOCAL lock_timeout = '4s';
CREATE TRIGGER patients_log AFTER INSERT OR UPDATE ON clinic.patients FOR EACH ROW EXECUTE FUNCTION clinic.log_patient();
