CREATE TABLE "public"."sso_connections" (
    "id" uuid NOT NULL DEFAULT gen_random_uuid(),
    "organization_id" uuid NOT NULL,
    "protocol" text NOT NULL CHECK ("protocol" IN ('saml', 'oidc')),
    "issuer" text NOT NULL,
    "created_at" timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY ("id"),
    UNIQUE ("organization_id", "issuer")
);
