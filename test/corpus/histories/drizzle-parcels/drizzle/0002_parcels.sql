SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TYPE "public"."parcel_state" AS ENUM('announced', 'received', 'delivered');--> statement-breakpoint
CREATE TABLE "parcels" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "parcels_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"sender_id" bigint NOT NULL,
	"depot_id" bigint,
	"state" "parcel_state" DEFAULT 'announced' NOT NULL,
	"weight_grams" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "parcels_weight_check" CHECK ("parcels"."weight_grams" > 0)
);
--> statement-breakpoint
ALTER TABLE "parcels" ADD CONSTRAINT "parcels_sender_id_senders_id_fk" FOREIGN KEY ("sender_id") REFERENCES "public"."senders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "parcels" ADD CONSTRAINT "parcels_depot_id_depots_id_fk" FOREIGN KEY ("depot_id") REFERENCES "public"."depots"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "parcels_sender_id_idx" ON "parcels" USING btree ("sender_id");--> statement-breakpoint
CREATE INDEX "parcels_depot_id_idx" ON "parcels" USING btree ("depot_id");
