SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "scans" ADD COLUMN "gate" text;
