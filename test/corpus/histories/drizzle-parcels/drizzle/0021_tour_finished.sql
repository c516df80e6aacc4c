SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "tours" ADD COLUMN "finished_at" timestamp with time zone;
