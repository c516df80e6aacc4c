ALTER TABLE "documents" ADD COLUMN "region" text NOT NULL;--> statement-breakpoint
ALTER TABLE "documents" ALTER COLUMN "byte_length" SET DATA TYPE bigint USING "byte_length"::bigint;