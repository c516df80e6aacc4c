SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "tour_stops" (
	"tour_id" bigint NOT NULL,
	"parcel_id" bigint NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "tour_stops_tour_id_parcel_id_pk" PRIMARY KEY("tour_id","parcel_id")
);
--> statement-breakpoint
ALTER TABLE "tour_stops" ADD CONSTRAINT "tour_stops_tour_id_tours_id_fk" FOREIGN KEY ("tour_id") REFERENCES "public"."tours"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tour_stops" ADD CONSTRAINT "tour_stops_parcel_id_parcels_id_fk" FOREIGN KEY ("parcel_id") REFERENCES "public"."parcels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tour_stops_parcel_id_idx" ON "tour_stops" USING btree ("parcel_id");
