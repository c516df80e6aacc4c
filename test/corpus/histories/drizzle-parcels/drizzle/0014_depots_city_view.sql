CREATE VIEW "public"."depot_cities" WITH (security_invoker = true) AS (SELECT "id", "city" FROM "depots");
