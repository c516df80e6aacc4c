CREATE TABLE "prices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "prices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"up_to_grams" integer NOT NULL,
	"price" numeric(8, 2) NOT NULL,
	CONSTRAINT "prices_up_to_grams_unique" UNIQUE("up_to_grams"),
	CONSTRAINT "prices_price_check" CHECK ("prices"."price" >= 0)
);
--> statement-breakpoint
INSERT INTO "prices" ("up_to_grams", "price") VALUES (2000, 7.00), (10000, 9.70), (30000, 20.50);
