import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgEnum, pgPolicy, pgSchema, pgSequence, pgTable, primaryKey, serial, text, unique, uniqueIndex, type AnyPgColumn } from "drizzle-orm/pg-core";

// Names that need quotes.
export const orderStatus = pgEnum("Order Status", ["New", "in progress", "DONE!"]);
export const group = pgTable("group", {
  order: integer("order").primaryKey(),
  select: text("select").notNull(),
  user: text("user").default("nobody"),
  "kebab-key": text("kebab-key"),
  "with space": text(),
  camelCase: text(),
  UPPER: text(),
  table: integer().references(() => größen.straße),
  status: orderStatus("Status").default("in progress"),
  naïve: text(),
  "1st": integer(),
}, (t) => [
  index().on(t.select, t.user),
  index("Mixed Case Index").on(t["kebab-key"], t["with space"]),
  unique().on(t.camelCase),
  check("check", sql`${t.camelCase} <> ${t["with space"]} and "UPPER" is not null`),
  pgPolicy("Only mine; really", { using: sql`${t.user} = current_user` }),
]);

export const größen = pgTable("größen", {
  straße: integer().primaryKey(),
  数量: integer("数量").notNull().default(1),
  emoji: text("🚀").unique(),
}, (t) => [index().on(t.数量), index().on(t.straße, t.数量, t.emoji)]);

export const schema = pgSchema("Head Office");
export const sequence = schema.sequence("Running Number");
export const files = schema.table("Files", { ID: serial("ID").primaryKey(), Number: integer("Number").default(sql`nextval('"Head Office"."Running Number"')`) }, (t) => [index().on(t.Number)]);
export const publicSequence = pgSequence("public sequence");

// Names over 63 bytes: the server cuts them.
export const acceptances = pgTable(
  "organization_membership_invitation_acceptances",
  {
    id: serial().primaryKey(),
    organizationMembershipInvitationId: integer("organization_membership_invitation_id").notNull().unique(),
    acceptedByOrganizationMembershipId: integer("accepted_by_organization_membership_id").references((): AnyPgColumn => acceptances.id),
    generatedNumber: integer("a_rather_long_generated_number").generatedAlwaysAsIdentity(),
  },
  (t) => [
    index().on(t.id, t.generatedNumber, t.acceptedByOrganizationMembershipId),
    uniqueIndex("organization_membership_invitation_acceptances_by_invitation_and_member").on(t.acceptedByOrganizationMembershipId),
    check("organization_membership_invitation_acceptances_not_accepted_by_the_invited", sql`${t.id} <> ${t.acceptedByOrganizationMembershipId}`),
  ],
);

export const veryLong = pgTable(
  "the_name_of_this_table_is_so_long_that_little_fits_after",
  {
    firstPartOfTheKey: integer("a_part_of_the_key_of_this_table"),
    second: integer("second_part_of_the_key_of_this_table"),
    serial: serial(),
  },
  (t) => [
    primaryKey({ columns: [t.second, t.firstPartOfTheKey] }),
    foreignKey({ columns: [t.firstPartOfTheKey], foreignColumns: [acceptances.organizationMembershipInvitationId] }),
  ],
);

// 63 bytes end within a letter.
export const umlauts = pgTable("überprüfungsaufträge_für_grundstücksübertragungen", {
  id: integer().primaryKey(),
  schlüssel: integer("zuständigkeitsschlüssel").references(() => größen.straße),
}, (t) => [index().on(t.schlüssel, t.id)]);
