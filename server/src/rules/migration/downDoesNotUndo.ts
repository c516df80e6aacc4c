import { bad, defineRule, good, sql, type FixProposal, type VersionContext } from "../rule";
import { changedFacets, differences, type Difference, type Part } from "../facts/undone";
import { placeOfName } from "../facts/places";
import type { Place } from "../../schema/model";
import type { Effect } from "../../schema/timeline";
import type { Statement } from "../../sql/statement";
import { enumerate } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
  CREATE INDEX orders_status_idx ON orders (status);
`;

export default defineRule({
  id: "migration/down-does-not-undo",
  summary: "The way down of a migration does not lead back to the schema before it.",
  why:
    "A way down is run when a deployment has gone wrong, most often for the first time. What it leaves behind makes the next way up fail (42P07 duplicate_table, 42701 duplicate_column, 42710 duplicate_object); what it does not bring back is missing for the old code that it was run for; and what it drops by mistake is gone with its rows.",
  whatToDo:
    "Undo each statement of the way up, in reverse order: drop what it made, make again what it dropped, with its indexes, constraints, policies and triggers, and change back what it changed. Try it: up, down and up again on a copy, with the schema dumped before and after. " +
    "Where something cannot be undone, let the way down raise an error that says so.",
  whenNotToUse: "Ways down are never run: deployments are only ever mended by a next migration.",
  severity: { recommended: "info", strict: "warning" },
  fix: "review",
  sources: ["postgres:errcodes-appendix", "union:63"],
  examples: [
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text, ADD COLUMN paid boolean;
        -- +goose Down
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders DROP COLUMN note;
      `,
      {
        title: "A column stays behind",
        tool: "goose",
        given: orders,
        at: "paid",
        message: "The way down leaves column orders.paid behind: going up again fails here (42701). Add `ALTER TABLE orders DROP COLUMN paid` to it.",
        fixed: sql`
          -- +goose Up
          SET LOCAL lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN note text, ADD COLUMN paid boolean;
          -- +goose Down
          SET LOCAL lock_timeout = '5s';
          ALTER TABLE orders DROP COLUMN note;
          ALTER TABLE orders DROP COLUMN paid;

          -- +goose Down
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders DROP COLUMN status; -- plumbline-ignore migration/drop-column: no reader is left
        -- +goose Down
        ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT '';
      `,
      {
        title: "Its index does not come back",
        tool: "goose",
        given: orders,
        at: "orders",
        message: "The way down does not bring back index orders_status_idx, which this statement takes away.",
      },
    ),
    bad(
      sql`
        CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
        -- +goose Down
        DROP TABLE orders;
      `,
      {
        title: "A table that was there before",
        tool: "goose",
        given: orders,
        at: "orders",
        occurrence: 1,
        message: "Table orders was there before 00002_example: the way down takes it away, and its rows with it.",
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;
        ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';
        -- +goose Down
        ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
      `,
      {
        title: "A change that is not changed back",
        tool: "goose",
        given: orders,
        at: "status",
        occurrence: 0,
        message: "After the way down column orders.status is nullable; before 00002_example it was NOT NULL.",
      },
    ),
    good(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text;
        -- +goose Down
        ALTER TABLE orders DROP COLUMN note;
      `,
      { title: "What the way up made is dropped", tool: "goose", given: orders },
    ),
    good(
      sql`
        CREATE TABLE refunds (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          reason text NOT NULL
        );
        CREATE INDEX refunds_reason_idx ON refunds (reason);
        -- +goose Down
        DROP TABLE refunds;
      `,
      { title: "A table that is new in this migration goes with all its parts", tool: "goose", given: orders },
    ),
    good(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text;
        -- +goose Down
        DO $$ BEGIN RAISE EXCEPTION 'this migration cannot be undone'; END $$;
      `,
      { title: "A way down that says that there is none", tool: "goose", given: orders },
    ),
    good(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE customers ADD COLUMN note text;
        -- +goose Down
        ALTER TABLE customers DROP COLUMN note, ADD COLUMN fax text;
      `,
      { title: "A table that the history never created: what it had before is not known", tool: "goose", given: orders },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (x int)", "ALTER TABLE t ADD y int"], statement: "ALTER TABLE t ADD y int", fails: "42701" },
    { given: ["CREATE TABLE t (x int)"], statement: "CREATE TABLE t (x int)", fails: "42P07" },
    { given: ["CREATE TABLE t (x int)", "CREATE INDEX i ON t (x)"], statement: "CREATE INDEX i ON t (x)", fails: "42P07" },
    { given: ["CREATE VIEW v AS SELECT 1 AS x"], statement: "CREATE VIEW v AS SELECT 1 AS x", fails: "42P07" },
    { given: ["CREATE SEQUENCE s"], statement: "CREATE SEQUENCE s", fails: "42P07" },
    { given: ["CREATE TABLE t (x int CONSTRAINT c CHECK (x > 0))"], statement: "ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0)", fails: "42710" },
    { given: ["CREATE TABLE t (x int)", "CREATE POLICY p ON t USING (true)"], statement: "CREATE POLICY p ON t USING (true)", fails: "42710" },
    { given: ["CREATE TYPE e AS ENUM ('a')"], statement: "CREATE TYPE e AS ENUM ('a')", fails: "42710" },
    { given: ["CREATE DOMAIN d AS int"], statement: "CREATE DOMAIN d AS int", fails: "42710" },
    { given: ["CREATE TYPE e AS ENUM ('a')"], statement: "ALTER TYPE e ADD VALUE 'a'", fails: "42710" },
    { given: ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"], statement: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", fails: "42723" },
    { given: ["CREATE SCHEMA s"], statement: "CREATE SCHEMA s", fails: "42P06" },
    {
      given: ["CREATE TABLE t (x int)", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'", "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"],
      statement: "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
      fails: "42710",
    },
  ],
  on: "version",
  check(context) {
    const { up, down, version } = context;
    // A block that raises an error, or one whose effect cannot be told from its text.
    if (down.some(({ statement }) => statement.parsed.body?.kind === "do")) return;
    if (!down.some(doesSomething)) {
      const [first] = up.filter(doesSomething);
      if (first) context.report({ at: firstWord(first.statement), onlyIn: "strict", message: `Nothing takes ${version.id} back: its way down is empty. Write what undoes it, or let it raise an error that says why it cannot be undone.` });
      return;
    }
    for (const group of grouped(differences(context))) reportGroup(context, group);
  },
});

function doesSomething({ changes }: Effect): boolean {
  return changes.some(({ change }) => change.change !== "none" && change.change !== "set" && change.change !== "transaction");
}

function firstWord(statement: Statement): Place {
  const [token] = statement.parsed.tokens;
  return { anchor: statement, range: { start: 0, end: token?.end ?? 0 } };
}

/** The part's name, or that of the table that it went with. */
function placeIn(statement: Statement, { name, object }: Part): Place {
  const all: Place = { anchor: statement, range: { start: 0, end: statement.parsed.text.length } };
  const own = placeOfName(all, name);
  return own === all ? placeOfName(all, object.split(".")[1] ?? object) : own;
}

/** A view has no columns of its own: they go and come with it. */
function isOfView(part: Part): boolean {
  return part.isState && part.label.startsWith("column ");
}

/** What one statement is to blame for in one way is said once. */
function grouped(all: readonly Difference[]): readonly (readonly Difference[])[] {
  const groups = new Map<string, Difference[]>();
  const ids = new Map<Statement, number>();
  for (const each of all) {
    if (!ids.has(each.statement)) ids.set(each.statement, ids.size);
    const own = each.what === "changed" || (each.part.isState && !isOfView(each.part)) ? each.part.label : "";
    const key = `${ids.get(each.statement)!} ${each.what} ${own}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

function reportGroup(context: VersionContext, group: readonly Difference[]): void {
  const { down, version } = context;
  const { what, part, was, statement } = group[0]!;
  const list = enumerate([...group.slice(0, 3).map((each) => each.part.label), ...(group.length > 3 ? [`${group.length - 3} more`] : [])]);
  const at = placeIn(statement, part);
  const related = what === "destroyed" ? [] : [{ place: firstWord(down[0]!.statement), message: "The way down begins here" }];
  const base = { at, object: part.object, related };
  switch (what) {
    case "left": {
      const fails = part.again !== "" && !/\bif\s+not\s+exists\b|\bor\s+replace\b/i.test(statement.parsed.text) ? `: going up again fails here (${part.again})` : "";
      const isLabel = part.drop === "" && !isOfView(part);
      const remedy = isLabel
        ? "Postgres cannot drop a label: let the way up say IF NOT EXISTS."
        : isOfView(part)
          ? "Drop the view there, and make it as it was."
          : group.length > 1
            ? "Drop them there."
            : `Add \`${part.drop}\` to it.`;
      context.report({ ...base, message: `The way down leaves ${list} behind${fails}. ${remedy}`, fixes: dropsFix(context, group), ...(isLabel ? { onlyIn: "strict" as const } : {}) });
      return;
    }
    case "lost":
      context.report({ ...base, message: `The way down does not bring back ${list}, which this statement takes away.` });
      return;
    case "destroyed": {
      const holdsRows = group.some((each) => /^(?:table|column|materialized view) /.test(each.part.label));
      const was = group.length > 1 ? "were" : "was";
      const loss = holdsRows ? `, and ${group.length > 1 ? "their" : "its"} ${part.label.startsWith("column ") ? "values" : "rows"} with ${group.length > 1 ? "them" : "it"}` : "";
      context.report({ ...base, ...(holdsRows ? { severity: "warning" as const } : {}), message: `${list.charAt(0).toUpperCase()}${list.slice(1)} ${was} there before ${version.id}: the way down takes ${group.length > 1 ? "them" : "it"} away${loss}.` });
      return;
    }
    case "changed": {
      const facets = was === null ? [] : changedFacets(was, part);
      const words = (of: ReadonlyMap<string, string>): string => enumerate(facets.flatMap((facet) => of.get(facet) ?? []));
      const lost = [...part.texts].find(([name, text]) => text === "" && was?.texts.get(name) !== "")?.[0];
      const message =
        facets.length > 0
          ? `After the way down ${part.label} is ${words(part.facets)}; before ${version.id} it was ${words(was!.facets)}.`
          : lost !== undefined
            ? `The way down brings ${part.label} back without its ${lost}.`
            : `The way down leaves ${part.label} as this statement made it; before ${version.id} it was another one.`;
      context.report({ ...base, message });
      return;
    }
  }
}

/** Below all that the way down does, or above it: what hangs on others goes first. */
function dropsFix({ down, version }: VersionContext, group: readonly Difference[]): readonly FixProposal[] {
  const drops = group.map(({ part }) => part.drop).filter((drop) => drop !== "").reverse();
  const steps = down.filter(({ changes }) => !changes.some(({ change }) => change.change === "transaction" || change.change === "set"));
  const first = steps[0]?.statement;
  const last = steps.at(-1)?.statement;
  // Liquibase reads it in comments, where each line needs its own word.
  if (drops.length === 0 || !first || !last || version.tool === "liquibase") return [];
  const hangsOnOthers = group.every(({ part }) => /^(?:index|view|materialized view|trigger|policy|constraint) /.test(part.label));
  const end = last.parsed.text.length;
  const intent = hangsOnOthers
    ? ({ intent: "replaceAt", place: { anchor: first, range: { start: 0, end: 0 } }, text: drops.map((drop) => `${drop};\n`).join("") } as const)
    : ({ intent: "replaceAt", place: { anchor: last, range: { start: end, end } }, text: drops.map((drop) => `;\n${drop}`).join("") } as const);
  return [{ title: "Drop it on the way down", kind: "review", intents: [intent] }];
}
