import { placeOfName } from "../facts/places";
import { bad, defineRule, good, sql } from "../rule";
import { display, written } from "../wording";
import type { View } from "../../schema/model";
import { qualified } from "../../schema/view";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes USING (owner = current_user);
`;
const world = [
  "CREATE TABLE notes (owner text, body text)",
  "INSERT INTO notes VALUES ('pg_monitor', 'mine'), ('b', 'theirs')",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "CREATE TABLE seen (body text)",
  "GRANT ALL ON seen TO pg_monitor",
  "CREATE FUNCTION peek(body text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN INSERT INTO seen VALUES (body); RETURN true; END $$",
];
const look = ["GRANT SELECT ON my_notes TO pg_monitor", "SET ROLE pg_monitor", "SELECT * FROM my_notes WHERE peek(body)"];

export default defineRule({
  id: "security/view-without-security-barrier",
  summary: "A view that picks the caller's rows, and may be asked for the others by a condition.",
  why:
    "A view that reads with its owner's rights and compares current_user or a setting stands for a policy. Postgres may ask a condition of the query before the view's own, on rows that the view leaves out: a function that writes down its argument, or an error that names it (a cast, a division), tells of them. security_barrier has the view's condition asked first " +
    "([Rules and Privileges](https://www.postgresql.org/docs/current/rules-privileges.html)).",
  whatToDo: "ALTER VIEW ... SET (security_barrier = true). Or write WITH (security_invoker = true), and leave the picking to the table's policies.",
  whenNotToUse: "Only trusted code queries the view, with conditions of its own.",
  severity: { recommended: "off", strict: "warning" },
  fix: "review",
  sources: ["postgres:rules-privileges", "pgrls:VIEW002", "union:213"],
  examples: [
    bad(`CREATE VIEW my_notes AS SELECT id, owner FROM notes WHERE owner = current_user;`, {
      title: "A condition in place of a policy",
      given,
      at: "my_notes",
      message: "View my_notes picks the caller's rows of notes by itself, and a condition of the query may be asked of the others before: what it raises or writes tells of them. Set security_barrier.",
      fixed: `CREATE VIEW my_notes AS SELECT id, owner FROM notes WHERE owner = current_user;\nALTER VIEW my_notes SET (security_barrier = true);`,
    }),
    bad(`CREATE VIEW tenant_notes WITH (security_barrier = false) AS SELECT id FROM notes WHERE owner = current_setting('app.tenant');`, { title: "By a setting", given, at: "tenant_notes" }),
    good(`CREATE VIEW my_notes WITH (security_barrier = true) AS SELECT id, owner FROM notes WHERE owner = current_user;`, { title: "With it", given }),
    good(`CREATE VIEW my_notes WITH (security_invoker = true) AS SELECT id, owner FROM notes WHERE owner = current_user;`, { title: "The table's policies hold for the caller", given }),
    good(
      sql`
        CREATE VIEW my_notes AS SELECT id, owner FROM notes WHERE owner = current_user;
        ALTER VIEW my_notes SET (security_barrier = true);
      `,
      { title: "Set in the same migration", given },
    ),
  ],
  proof: [
    { given: [...world, "CREATE VIEW my_notes AS SELECT * FROM notes WHERE owner = current_user", ...look], statement: "SELECT * FROM seen", rows: 2 },
    { given: [...world, "CREATE VIEW my_notes WITH (security_barrier = true) AS SELECT * FROM notes WHERE owner = current_user", ...look], statement: "SELECT * FROM seen", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, schema } = context;
    if (!table.rls.enabled) return;
    for (const view of schema.usersOf(table)) {
      if (view.kind !== "view" || view.materialized || isSet(view, "security_barrier") || isSet(view, "security_invoker")) continue;
      if (!/\bwhere\b[^]*(?:\bauth\s*\.\s*\w+\s*\(|\bcurrent_setting\s*\(|\b(?:current_user|session_user|current_role)\b)/i.test(view.definition.text)) continue;
      const place = view.changed ?? view.origin;
      const first = view.dependsOn.find((reference) => reference.kind === "relation" && schema.table(reference.name)?.rls.enabled === true);
      if (place === null || first?.kind !== "relation" || qualified(first.name) !== qualified(table)) continue;
      context.report({
        at: placeOfName(place, view.name),
        object: `${view.schema}.${view.name}`,
        message: `View ${display(view)} picks the caller's rows of ${display(table)} by itself, and a condition of the query may be asked of the others before: what it raises or writes tells of them. Set security_barrier.`,
        fixes: [
          {
            title: "Set security_barrier",
            kind: "review",
            intents: [{ intent: "amend", table: { schema: view.schema, name: view.name }, createdIn: view.createdIn, name: `${view.name}_security_barrier`, statements: [{ sql: `ALTER VIEW ${written(view)} SET (security_barrier = true)` }] }],
          },
        ],
      });
    }
  },
});

function isSet(view: View, option: string): boolean {
  return view.options.some(({ name, value }) => name === option && !/^(?:false|off|no|0)$/i.test(value));
}
