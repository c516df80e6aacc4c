CREATE TABLE "synonyms" (
	"organization_id" uuid,
	"term" text,
	"replacement" text NOT NULL,
	CONSTRAINT "synonyms_pkey" PRIMARY KEY("organization_id","term")
);
