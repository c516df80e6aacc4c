CREATE TABLE "public"."identities" (
    "id" uuid NOT NULL DEFAULT gen_random_uuid(),
    "email" text NOT NULL,
    "email_verified_at" timestamptz,
    "created_at" timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY ("id"),
    UNIQUE ("email")
);
COMMENT ON TABLE "public"."identities" IS E'A person who can sign in, whatever the organization';
