SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "senders" ADD COLUMN "phone" text;
