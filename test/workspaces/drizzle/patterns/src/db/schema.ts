import { getTableColumns, not, sql, type InferSelectModel } from "drizzle-orm";
import * as t from "drizzle-orm/pg-core";
import { type AnyPgColumn, pgEnum, pgTable as table } from "drizzle-orm/pg-core";
import * as auth from "./auth-schema";
import { libraryTable, Names, withAudit } from "./base";
import { cascade, Climate, enumToPgEnum, limits, quoteAll, roles, type Status, statuses } from "./constants";

export const climate = pgEnum("climate", enumToPgEnum(Climate));
export const status = pgEnum("status", statuses);
export const role = pgEnum("role", roles);

// As `drizzle-kit pull` writes it.
export const oldNumbers = t.pgSequence("old_numbers", { startWith: "1", increment: "1", minValue: "1", maxValue: "9223372036854775807", cache: "1", cycle: false });

export const families = table("families", {
  id: t.serial().primaryKey().notNull(),
  number: t.bigint({ mode: "number" }).default(sql`nextval('old_numbers'::regclass)`).notNull(),
  latin: t.varchar({ length: 120 }).notNull(),
  synonyms: t.text().array().default(["none"]).notNull(),
  parentId: t.integer("parent_id"),
}, (table) => [
  t.index("families_latin_idx").using("btree", table.latin.asc().nullsLast().op("text_ops")),
  t.uniqueIndex("families_number_parent").using("btree", table.number.desc().nullsFirst().op("int8_ops"), table.parentId.asc().nullsLast().op("int4_ops")),
  t.foreignKey({
    columns: [table.parentId],
    foreignColumns: [table.id],
    name: "families_parent_id_fkey",
  }).onUpdate("cascade").onDelete("set null"),
  t.unique("families_latin_key").on(table.latin),
  t.check("families_latin_check", sql`(latin)::text <> ''::text`),
]);

const plantsTable = libraryTable(
  "Plants",
  withAudit(
    {
      familyId: t.integer("family_id").references(() => families["id"], cascade),
      climate: climate("climate").default(Climate.Mild),
      status: status().notNull().default(statuses[0]),
      kind: t.text({ enum: ["tree", "herb"] }).default("herb"),
      ownerId: t.text("owner_id").references((): any => auth.user.id, { onDelete: "cascade" as const }),
      bestRole: role("best_role").default(role.enumValues[1]),
      seeds: t.integer().default(limits.seeds),
    },
    (): AnyPgColumn => plantsTable.id,
  ),
  (p) => [
    t.check("plants_status", sql`${p.status}::text in (${sql.raw(quoteAll(statuses))})`),
    t.index("plants_listed").on(p.familyId, p.status).where(sql`${p.status} = ${sql.raw(`'${statuses[1]}'`)}`),
    t.uniqueIndex().on(...[p.familyId, p.ownerId]),
  ],
);
export { plantsTable as plants };
export type Plant = InferSelectModel<typeof plantsTable>;

export let loans = (() => {
  const columns = { plantId: t.uuid("plant_id").notNull().references(() => plantsTable.id), from: t.date().notNull(), until: t.date() };
  const names = Object.keys(columns) as (keyof typeof columns)[];
  return table("loans", { ...columns, note: t.text() }, (l) => [
    t.primaryKey({ columns: [l.plantId, l.from] as const }),
    ...names.filter((name) => name !== "from").map((name) => t.index(`loans_${name.toLowerCase()}`).on(l[name])),
    t.check("loans_period", sql.join([sql`${l.until} is null`, sql`${l.until} > ${l.from}`], sql` or `)),
  ].flat());
})();

// Every column of the other table, without its key.
const { id: _id, ...familyColumns } = getTableColumns(families);
export const columnNames = Object.keys(familyColumns);

export const archive = table(`${"plants"}_archive`, (() => {
  const columns: Record<string, t.PgColumnBuilderBase> = { id: t.uuid().primaryKey() };
  for (let year = 2020; year < 2023; year++) {
    columns[`year${year}`] = t.numeric(`year_${year}`, { precision: 6, scale: 1 });
  }
  for (const key in Climate) {
    columns[key.toLowerCase()] = t.boolean(`grows_${key.toLowerCase()}`).default(Climate[key as keyof typeof Climate] === Climate.Hot);
  }
  let total = 0;
  for (const { length } of [...statuses]) total += length;
  columns.words ??= t.smallint().default(total);
  return columns;
})(), (a) => {
  const list: t.PgTableExtraConfigValue[] = [];
  list.push(t.index("archive_id_year").on(a.id!, a.year2021!));
  if (statuses.includes("gone" as Status)) list.push(t.index("archive_words").on(a.words!).where(not(sql`${a.words} = 0`)));
  return list;
});

export const labels = table("labels", {
  key: t.text().primaryKey(),
  ["text" + "De"]: t.text(`text_${"de"}`),
  when: t.timestamp().default(sql.raw("now()")),
  cost: t.integer().default(Math.max(3, 4)),
  json: t.jsonb().$type<{ a?: string }>().default(JSON.parse('{"a":"b"}')),
  ...[["one", t.text()], ["two", t.integer()]].reduce<Record<string, t.PgColumnBuilderBase>>((all, [name, column]) => Object.assign(all, { [name as string]: column }), {}),
});

export default labels;
export const archiveName = Names.archive;

// Two that are the same object under two names, and what is no table.
export const tags = table("tags", { name: t.text().primaryKey() });
export const keywords = tags;
export const groups = { tags };
export const helper = () => table("never", { id: t.uuid() });
