SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "parcels" ADD CONSTRAINT "parcels_weight_limit" CHECK ("parcels"."weight_grams" <= 40000) NOT VALID;
