CREATE TABLE "public"."sign_in_log" (
    "identity_id" uuid NOT NULL,
    "address" inet NOT NULL,
    "signed_in_at" timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY ("identity_id") REFERENCES "public"."identities"("id") ON UPDATE RESTRICT ON DELETE CASCADE
);
