CREATE TABLE "tax_rates" (
	"code" text PRIMARY KEY NOT NULL,
	"country" text NOT NULL,
	"rate" numeric(5, 4) NOT NULL,
	"valid_from" date NOT NULL,
	CONSTRAINT "tax_rates_rate_range" CHECK ("tax_rates"."rate" >= 0 AND "tax_rates"."rate" < 1)
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "tax_rate_code" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_tax_rate_code_tax_rates_code_fk" FOREIGN KEY ("tax_rate_code") REFERENCES "public"."tax_rates"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_tax_rate_code_idx" ON "accounts" USING btree ("tax_rate_code");