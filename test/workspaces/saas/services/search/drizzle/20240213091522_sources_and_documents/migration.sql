CREATE TABLE "documents" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "documents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"language" text DEFAULT 'en' NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"byte_length" integer NOT NULL,
	"search_text" tsvector GENERATED ALWAYS AS (setweight(to_tsvector('simple', "documents"."title"), 'A') || to_tsvector('simple', "documents"."body")) STORED,
	"indexed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "documents_source_id_external_id_key" UNIQUE("source_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"display_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sources_organization_id_display_name_key" UNIQUE("organization_id","display_name"),
	CONSTRAINT "sources_kind" CHECK ("kind" in ('work_order', 'ticket', 'manual'))
);
--> statement-breakpoint
CREATE INDEX "documents_search_text_idx" ON "documents" USING gin ("search_text");--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_source_id_sources_id_fkey" FOREIGN KEY ("source_id") REFERENCES "sources"("id") ON DELETE CASCADE;