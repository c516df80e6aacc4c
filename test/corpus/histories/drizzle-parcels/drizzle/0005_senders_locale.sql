SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "senders" ADD COLUMN "locale" text DEFAULT 'en' NOT NULL;
