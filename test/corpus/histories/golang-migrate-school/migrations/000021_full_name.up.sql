CREATE FUNCTION full_name(given text, family text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN given || ' ' || family;
