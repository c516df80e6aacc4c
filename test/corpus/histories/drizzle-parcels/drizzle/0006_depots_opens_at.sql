SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "depots" ADD COLUMN "opens_at" time;
