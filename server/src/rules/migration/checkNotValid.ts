import { insertAt, moveOut, textAt } from "../facts/edits";
import { workWithin } from "../facts/locks";
import { constraintName } from "../facts/names";
import { later, notValidTitle, runsTogether } from "../facts/transactions";
import { validatedTooSoon, validateLater } from "../facts/validation";
import { bad, defineRule, good, sql, type FixIntent } from "../rule";
import type { ConstraintDefinition } from "../../schema/changes";
import { quoteIdentifier } from "../../sql/identifiers";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total numeric(12,2) NOT NULL
  );
`;

const filled = ["CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2) NOT NULL)", "INSERT INTO orders SELECT i, i FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "migration/check-not-valid",
  summary: "Adding a CHECK constraint reads every row while the table is locked against reads and writes.",
  why:
    "ALTER TABLE ... ADD CHECK takes ACCESS EXCLUSIVE and reads the whole table before it lets go: until then not even a SELECT gets through. With NOT VALID nothing is read; new and changed rows " +
    "are checked from then on. VALIDATE CONSTRAINT reads the old rows under SHARE UPDATE EXCLUSIVE, beside reads and writes " +
    "([ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)). A CHECK written at a new column reads the rows too, though they all hold the same value.",
  whatToDo: "Add the constraint as NOT VALID, and run ALTER TABLE ... VALIDATE CONSTRAINT in a later migration: in the same transaction the first lock would still be held. A column's own CHECK is written as ADD CONSTRAINT beside ADD COLUMN, since only there NOT VALID is allowed.",
  whenNotToUse: "The table is small, or nothing uses it while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  growsWithRows: true,
  fix: "safe",
  sources: [
    "postgres:sql-altertable",
    "squawk:constraint-missing-not-valid",
    "pgls:constraintMissingNotValid",
    "eugene:E1",
    "strong-migrations:add_check_constraint",
    "migrationpilot:MP030",
    "pgfence:add-constraint-check-no-not-valid",
    "pgm:PGM015",
    "drizzle-migration-lint:add-check-without-not-valid",
    "diesel-guard:add-check-constraint",
    "pgsafe:add-check-without-not-valid",
    "atlas:PG305",
    "bytebase:statement_add_check_not_valid",
    "union:10",
    "union:53",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0);
      `,
      {
        title: "A rule for a table that has rows",
        given: orders,
        at: "CONSTRAINT orders_total_positive CHECK (total >= 0)",
        message:
          "Adding CHECK orders_total_positive reads all of orders while ACCESS EXCLUSIVE blocks reads and writes. Add it NOT VALID, then VALIDATE CONSTRAINT in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
        `,
        creates: {
          "migrations/0003_validate_orders_total_positive.sql": sql`
            ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN discount numeric(12,2) DEFAULT 0 CHECK (discount >= 0) NOT NULL;
      `,
      {
        title: "At a new column",
        given: orders,
        at: "CHECK (discount >= 0)",
        message: "Adding CHECK orders_discount_check reads all of orders while ACCESS EXCLUSIVE blocks reads and writes. Add it NOT VALID, then VALIDATE CONSTRAINT in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN discount numeric(12,2) DEFAULT 0 NOT NULL, ADD CONSTRAINT orders_discount_check CHECK (discount >= 0) NOT VALID;
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        --> statement-breakpoint
        ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
        --> statement-breakpoint
        ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
      `,
      {
        title: "Validated in the transaction that added it",
        given: orders,
        tool: "drizzle",
        at: "VALIDATE CONSTRAINT orders_total_positive",
        message:
          "VALIDATE CONSTRAINT orders_total_positive reads all of orders while the lock of its ADD CONSTRAINT, ACCESS EXCLUSIVE on orders, is still held: it blocks reads and writes until COMMIT. Validate it in a migration of a later deployment.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
        ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;
      `,
      { title: "Validated where each statement commits by itself", given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID;
      `,
      { given: orders },
    ),
    good(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          total numeric(12,2) NOT NULL
        );
        ALTER TABLE orders ADD CHECK (total >= 0);
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: filled, statement: "ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0)", locks: { orders: "AccessExclusiveLock" }, scans: ["orders"], rewrites: [] },
    { given: filled, statement: "ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT VALID", locks: { orders: "AccessExclusiveLock" }, scans: [], rewrites: [] },
    {
      given: [...filled, "ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT VALID"],
      statement: "ALTER TABLE orders VALIDATE CONSTRAINT c",
      locks: { orders: "ShareUpdateExclusiveLock" },
      scans: ["orders"],
    },
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN discount numeric CHECK (discount >= 0)", locks: { orders: "AccessExclusiveLock" }, scans: ["orders"], rewrites: [] },
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN discount numeric, ADD CHECK (discount >= 0) NOT VALID", locks: { orders: "AccessExclusiveLock" }, scans: [], rewrites: [] },
    { given: filled, statement: "ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT ENFORCED", versions: [18], scans: [] },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change, parsed } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const live = context.live(change.name);
    if (live === null || live.table?.tableKind === "foreign") return;
    const table = display(live.name);
    const report = (check: CheckDefinition, name: string, edits: readonly FixIntent[]): void => {
      if (workWithin(context, check.range).length === 0) return;
      const validate = validateLater(context, change.name, name, "check");
      context.report({
        at: check.range,
        object: `${live.name.schema}.${live.name.name}.${name}`,
        message: `Adding CHECK ${name} reads all of ${table} while ACCESS EXCLUSIVE blocks reads and writes. Add it NOT VALID, then VALIDATE CONSTRAINT ${later(context)}.`,
        fixes: validate === null ? [] : [{ title: notValidTitle(context, "constraint"), kind: runsTogether(context) ? "review" : "safe", intents: [...edits, ...validate] }],
      });
    };
    for (const action of change.actions) {
      if (action.action === "validateConstraint") validatedTooSoon(context, live, action, "check");
      if (action.action === "addConstraint" && action.constraint.kind === "check") {
        const check = action.constraint;
        report(check, constraintName(context, check, change.name, live, []), [insertAt(check.range.end, " NOT VALID")]);
      } else if (action.action === "addColumn") {
        for (const check of action.column.constraints) {
          if (check.kind !== "check") continue;
          const name = constraintName(context, check, change.name, live, []);
          const text = textAt(parsed, check.range);
          const clause = text.slice(/\bcheck\b/i.exec(text)?.index ?? 0);
          report(check, name, moveOut(parsed, check.range, action.range, `ADD CONSTRAINT ${quoteIdentifier(name)} ${clause} NOT VALID`));
        }
      }
    }
  },
});

type CheckDefinition = Extract<ConstraintDefinition, { kind: "check" }>;
