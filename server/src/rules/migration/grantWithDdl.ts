import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change } from "../../schema/changes";
import { readChanges } from "../../schema/read/index";
import { keywordRange } from "../../sql/ranges";

const orders = `CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text);\nCREATE ROLE reporting;\n`;

export default defineRule({
  id: "migration/grant-with-ddl",
  summary: "A migration changes the schema and who may use what was there before.",
  why:
    "Rights are reviewed by other people and for other reasons than columns are, and are taken back alone when they were wrong. In one migration with DDL they are easily missed, and cannot be taken back without the rest ([GRANT](https://www.postgresql.org/docs/current/sql-grant.html)).",
  whatToDo: "Put GRANT and REVOKE on what is there already into a migration of their own. Those on what the migration creates belong to it.",
  whenNotToUse: "Rights and schema are reviewed together. The rule is off unless it is asked for.",
  severity: { recommended: "off", strict: "off" },
  fix: "review",
  sources: ["postgres:sql-grant", "migrationpilot:MP091", "union:107"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text;
        GRANT SELECT ON orders TO reporting;
      `,
      {
        title: "GRANT beside ALTER TABLE",
        given: orders,
        at: "GRANT",
        message: "GRANT on orders, which was there before, stands beside changes of the schema. Put it into a migration of its own.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN note text;
        `,
        creates: { "migrations/0003_grant_on_orders.sql": `GRANT SELECT ON orders TO reporting;\n` },
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        REVOKE ALL ON orders FROM reporting;
      `,
      {
        title: "REVOKE beside CREATE TABLE",
        given: orders,
        at: "REVOKE",
        message: "REVOKE on orders, which was there before, stands beside changes of the schema. Put it into a migration of its own.",
      },
    ),
    good(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nGRANT SELECT ON notes TO reporting;\n`, { title: "On what is new in this migration", given: orders }),
    good(`GRANT SELECT ON orders TO reporting;\nREVOKE UPDATE ON orders FROM reporting;\n`, { title: "Rights alone", given: orders }),
  ],
  on: "statement",
  changes: ["grant"],
  check(context) {
    const { change, version, statement, parsed } = context;
    if (change.change !== "grant" || change.target.on !== "relation") return;
    const name = change.target.names.find((each) => context.live(each) !== null);
    if (name === undefined || !version.statements.some((other) => other !== statement && changesSchema(other))) return;
    const word = change.revoke ? "REVOKE" : "GRANT";
    const { schema } = context.before.resolve(name);
    context.report({
      at: keywordRange(parsed, [word.toLowerCase()]) ?? change.range,
      object: `${schema}.${name.name}`,
      message: `${word} on ${name.name}, which was there before, stands beside changes of the schema. Put it into a migration of its own.`,
      fixes: context.embedded
        ? []
        : [{ title: "Put it into a migration of its own", kind: "review", intents: [{ intent: "removeStatement" }, { intent: "laterVersion", name: `${word.toLowerCase()}_on_${name.name}`, statements: [parsed.text] }] }],
    });
  },
});

const others: ReadonlySet<Change["change"]> = new Set(["grant", "grantRole", "defaultPrivileges", "createRole", "alterRole", "set", "transaction", "lock", "write", "none", "comment", "analyze", "vacuum"]);

function changesSchema({ parsed }: StatementContext["statement"]): boolean {
  return readChanges(parsed).some(({ change }) => !others.has(change.change));
}
