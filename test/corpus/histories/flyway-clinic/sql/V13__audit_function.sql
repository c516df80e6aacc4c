CREATE FUNCTION clinic.log_patient() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO clinic.audit_log (actor, action, details) VALUES (session_user, TG_OP, to_jsonb(NEW));
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION clinic.log_patient() FROM PUBLIC;
