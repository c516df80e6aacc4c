CREATE TABLE "public"."sessions" (
    "id" uuid NOT NULL DEFAULT gen_random_uuid(),
    "identity_id" uuid NOT NULL,
    "token_digest" bytea NOT NULL,
    "user_agent" text,
    "expires_at" timestamptz NOT NULL,
    "created_at" timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY ("id"),
    FOREIGN KEY ("identity_id") REFERENCES "public"."identities"("id") ON UPDATE RESTRICT ON DELETE CASCADE,
    UNIQUE ("token_digest")
);
CREATE INDEX "sessions_identity_id_idx" ON "public"."sessions" ("identity_id");
