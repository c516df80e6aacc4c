DROP TABLE "public"."sso_connections";
