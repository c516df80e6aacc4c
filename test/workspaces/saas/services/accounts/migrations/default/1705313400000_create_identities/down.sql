DROP TABLE "public"."identities";
