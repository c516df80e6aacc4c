SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "couriers" ADD COLUMN "phone" text;--> statement-breakpoint
ALTER TABLE "couriers" ADD COLUMN "vehicle" text DEFAULT 'van' NOT NULL;
