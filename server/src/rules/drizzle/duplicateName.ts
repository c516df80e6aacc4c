import { placeOf } from "../../drizzle/module";
import { namesOf, namesOfTable, type DeclaredName } from "../facts/declaredNames";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/duplicate-name",
  summary: "Two tables, indexes or constraints of one name: drizzle-kit keeps one of them, or stops.",
  why:
    "Tables and indexes of a schema share their names in Postgres, the constraints of a table share theirs. Of two tables, or two foreign keys, with one name drizzle-kit 0.31 writes only the later one, and says nothing. Of two indexes, uniques, checks or policies it stops, and no other change is generated. " +
    "Two unique constraints of one name in two tables are both written, and the migration fails with 42P07. Drizzle 1.0 stops in most of these cases. This was run with drizzle-kit 0.31.11 and 1.0.0-rc.5.",
  whatToDo: "Give one of them another name. With the table's name in front, names stay apart by themselves: `orders_created_at_idx`.",
  whenNotToUse: "There is no such case: one of the two is lost.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["drizzle-orm:indexes-constraints", "drizzle-kit:generate"],
  examples: [
    bad(
      ts`
        import { index, integer, pgTable, text } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [index("email_idx").on(t.email)]);
        export const leads = pgTable("leads", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [index("email_idx").on(t.email)]);
      `,
      {
        title: "Two indexes",
        at: '"email_idx"',
        occurrence: 1,
        message: "leads has an index email_idx, and so has users: names of indexes are one a schema, and drizzle-kit stops. Rename one of them.",
      },
    ),
    bad(
      ts`
        import { integer, pgTable, text } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: text("email").notNull() });
        export const people = pgTable("users", { id: integer("id").primaryKey(), name: text("name").notNull() });
      `,
      {
        title: "Two tables",
        at: '"users"',
        occurrence: 1,
        message: "users is declared twice: drizzle-kit writes only the later of the two. Rename one of them, or leave it out.",
      },
    ),
    bad(
      ts`
        import { foreignKey, index, integer, pgTable } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey() });
        export const trades = pgTable("trades", { id: integer("id").primaryKey(), buyer: integer("buyer").notNull(), seller: integer("seller").notNull() }, (t) => [
          index("trades_buyer_idx").on(t.buyer),
          index("trades_seller_idx").on(t.seller),
          foreignKey({ name: "trades_user_fk", columns: [t.buyer], foreignColumns: [users.id] }),
          foreignKey({ name: "trades_user_fk", columns: [t.seller], foreignColumns: [users.id] }),
        ]);
      `,
      {
        title: "Two foreign keys of a table",
        at: 'foreignKey({ name: "trades_user_fk", columns: [t.seller], foreignColumns: [users.id] })',
        message: "trades has two constraints trades_user_fk: drizzle-kit writes only the later of the two. Rename one of them.",
      },
    ),
    good(
      ts`
        import { index, integer, pgTable, text } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [index("users_email_idx").on(t.email)]);
        export const leads = pgTable("leads", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [index("leads_email_idx").on(t.email)]);
      `,
      { title: "With the table's name" },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { check, integer, pgTable } from "drizzle-orm/pg-core";

        export const boxes = pgTable("boxes", { id: integer("id").primaryKey(), width: integer("width").notNull() }, (t) => [check("width_check", sql\`\${t.width} > 0\`)]);
        export const doors = pgTable("doors", { id: integer("id").primaryKey(), width: integer("width").notNull() }, (t) => [check("width_check", sql\`\${t.width} > 0\`)]);
      `,
      { title: "Checks of two tables" },
    ),
    good(
      ts`
        import { integer, pgSchema, pgTable } from "drizzle-orm/pg-core";

        export const archive = pgSchema("archive");
        export const users = pgTable("users", { id: integer("id").primaryKey() });
        export const oldUsers = archive.table("users", { id: integer("id").primaryKey() });
      `,
      { title: "Tables of two schemas" },
    ),
  ],
  on: "declaration",
  check({ declaration, code, report }) {
    const { table } = declaration;
    const { tables, byName } = namesOf(code);
    const say = (each: DeclaredName, same: DeclaredName, what: string): void => {
      report({ at: placeOf(each.source), object: objectOf(table), message: `${what}. Rename one of them.`, related: [{ place: placeOf(same.source), message: "The other one." }] });
    };
    const twin = tables.get(objectOf(table));
    if (twin !== undefined && twin !== declaration) {
      const end = code.naming.release === "rc" ? "drizzle-kit stops" : "drizzle-kit writes only the later of the two";
      report({
        at: placeOf(table.nameSource ?? table.source),
        object: objectOf(table),
        message: `${shown(table)} is declared twice: ${end}. Rename one of them, or leave it out.`,
        related: [{ place: placeOf(twin.table.nameSource ?? twin.table.source), message: "The other one." }],
      });
      return;
    }
    for (const name of new Set(namesOfTable(declaration, code).map((each) => each.name))) {
      const all = byName.get(name) ?? [];
      for (const [i, each] of all.entries()) {
        if (each.declaration !== declaration) continue;
        const before = all.slice(0, i);
        const own = before.find((other) => other.declaration === declaration && other.space === each.space);
        // An index is named once a schema, and so is the one of a constraint.
        const other = each.hasIndex ? before.find((candidate) => candidate.hasIndex && candidate.declaration !== declaration && candidate.declaration.table.schema === table.schema && tables.get(objectOf(candidate.declaration.table)) === candidate.declaration) : undefined;
        if (own) say(each, own, `${shown(table)} has two ${words[each.space]} ${name}: ${endOf(each, own, code.naming.release)}`);
        else if (other) say(each, other, `${shown(table)} has an index ${name}, and so has ${shown(other.declaration.table)}: names of indexes are one a schema, and ${each.space === "index" && other.space === "index" ? "drizzle-kit stops" : "the migration fails (42P07)"}`);
      }
    }
  },
});

const words = { constraint: "constraints", index: "indexes", policy: "policies" } as const;

function endOf(each: DeclaredName, same: DeclaredName, release: "stable" | "rc"): string {
  if (each.kind !== same.kind) return "the migration fails (42710)";
  if (release === "stable" && each.kind === "foreign key") return "drizzle-kit writes only the later of the two";
  return release === "rc" && each.kind === "unique" ? "drizzle-kit writes only one of the two" : "drizzle-kit stops";
}
