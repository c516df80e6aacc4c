ALTER TABLE "public"."sessions" DROP COLUMN "revoked_at";
