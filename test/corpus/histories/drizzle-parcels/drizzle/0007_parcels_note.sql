SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "parcels" ADD COLUMN "note" text;
