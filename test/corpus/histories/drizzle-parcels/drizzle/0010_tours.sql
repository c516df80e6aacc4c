SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "tours" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tours_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"courier_id" bigint NOT NULL,
	"depot_id" bigint NOT NULL,
	"driven_on" date NOT NULL,
	CONSTRAINT "tours_courier_day_unique" UNIQUE("courier_id","driven_on")
);
--> statement-breakpoint
ALTER TABLE "tours" ADD CONSTRAINT "tours_courier_id_couriers_id_fk" FOREIGN KEY ("courier_id") REFERENCES "public"."couriers"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tours" ADD CONSTRAINT "tours_depot_id_depots_id_fk" FOREIGN KEY ("depot_id") REFERENCES "public"."depots"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tours_depot_id_idx" ON "tours" USING btree ("depot_id");
