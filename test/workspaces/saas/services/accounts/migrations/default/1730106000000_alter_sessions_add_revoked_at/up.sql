ALTER TABLE "public"."sessions" ADD COLUMN "revoked_at" timestamptz NULL;
