CREATE TABLE "dunning_notices" (
	"invoice_id" uuid NOT NULL,
	"level" integer NOT NULL,
	"sent_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dunning_notices_invoice_id_level_pk" PRIMARY KEY("invoice_id","level"),
	CONSTRAINT "dunning_notices_level" CHECK ("dunning_notices"."level" BETWEEN 1 AND 3)
);
--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "dunning_paused" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "dunning_notices" ADD CONSTRAINT "dunning_notices_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE cascade ON UPDATE no action;