DROP TABLE "public"."sign_in_log";
