CREATE TABLE "depots" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "depots_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"city" text NOT NULL,
	CONSTRAINT "depots_code_unique" UNIQUE("code")
);
