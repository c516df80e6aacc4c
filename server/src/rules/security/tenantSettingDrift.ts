import { bad, defineRule, good, sql, type Note } from "../rule";
import { enumerateSome } from "../wording";
import { columnOf, comparisonsOf, parts, type Term } from "../../policies/condition";

const table = (name: string, setting: string): string => `CREATE TABLE ${name} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);
CREATE INDEX ON ${name} (tenant_id);
ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON ${name} USING (tenant_id = (SELECT nullif(current_setting('${setting}', true), '')::uuid));
`;
const world = (setting: string): readonly string[] => [
  "CREATE TABLE notes (tenant_id int)",
  "INSERT INTO notes VALUES (1), (2)",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "GRANT SELECT ON notes TO pg_monitor",
  `CREATE POLICY own ON notes USING (tenant_id = nullif(current_setting('${setting}', true), '')::int)`,
  "SET app.tenant_id = '1'",
  "SET ROLE pg_monitor",
];

export default defineRule({
  id: "security/tenant-setting-drift",
  summary: "A policy takes the tenant from another setting than the policies of the other tables.",
  why:
    "The application sets one setting for each transaction. A table whose policy reads another one shows no row at all; or, where an older part of the application sets that one too, the rows of a tenant that nobody meant " +
    "([Customized Options](https://www.postgresql.org/docs/current/runtime-config-custom.html)).",
  whatToDo: "Read the same setting in every policy; a STABLE function that gives the tenant keeps the name in one place.",
  whenNotToUse: "The tables belong to two applications, each with a setting of its own.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["postgres:runtime-config-custom", "pgrls:SEC055", "union:206"],
  examples: [
    bad(`${table("notes", "app.tenant_id")}${table("files", "app.tenant_id")}${table("tags", "app.tenant")}`, {
      title: "One of three",
      at: "own",
      occurrence: 2,
      message: "This policy of tags compares tenant_id with app.tenant, those of notes and files with app.tenant_id: where only one of the two is set, it lets no row in. Read the same setting.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY read_own ON notes FOR SELECT USING (tenant_id = (SELECT nullif(current_setting('app.org', true), '')::uuid));
        ${table("files", "app.tenant_id").trim().replaceAll("\n", "\n        ")}
        ${table("tags", "app.tenant_id").trim().replaceAll("\n", "\n        ")}
      `,
      {
        title: "A table that was there before",
        given: `CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);\nCREATE INDEX ON notes (tenant_id);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\n`,
        at: "read_own",
      },
    ),
    good(`${table("notes", "app.tenant_id")}${table("files", "app.tenant_id")}${table("tags", "app.tenant_id")}`, { title: "The same in every policy of the same migration" }),
    good(`${table("notes", "app.tenant_id")}${table("tags", "app.tenant")}`, { title: "One of two: nothing says which is meant" }),
    good(`${table("notes", "app.tenant_id")}${table("files", "app.tenant_id")}${table("tags", "app.owner").replaceAll("tenant_id", "owner_id")}`, { title: "Another column" }),
  ],
  proof: [
    { given: world("app.tenant_id"), statement: "SELECT * FROM notes", rows: 1 },
    { given: world("app.tenant"), statement: "SELECT * FROM notes", rows: 0 },
  ],
  on: "statement",
  changes: ["createPolicy", "alterPolicy"],
  check(context) {
    const { change, condition } = context;
    if (change.change !== "createPolicy" && change.change !== "alterPolicy") return;
    const compared = [change.using, change.withCheck].flatMap((expression) => (expression === null ? [] : comparisonsOf(condition(expression)).flatMap(({ left, right }) => [settingOf(left, right), settingOf(right, left)])));
    const [first] = compared.flatMap((each) => each ?? []);
    if (first) context.note({ subject: first.column, role: first.setting, words: change.table.name, at: change.name.range });
  },
  conclude(context) {
    const { notes } = context;
    for (const subject of new Set(notes.map((note) => note.subject))) {
      const ofColumn = notes.filter((note) => note.subject === subject);
      const tables = (setting: string): readonly string[] => [...new Set(ofColumn.filter(({ role }) => role === setting).map(({ words }) => words))];
      const usual = [...new Set(ofColumn.map(({ role }) => role))].sort((a, b) => tables(b).length - tables(a).length)[0]!;
      const odd = (note: Note): boolean => note.role !== usual && tables(note.role).length === 1 && tables(usual).length > 1 && !tables(usual).includes(note.words);
      for (const note of ofColumn.filter(odd)) {
        context.report({ at: note.at, object: note.words, message: `This policy of ${note.words} compares ${subject} with ${note.role}, those of ${enumerateSome(tables(usual))} with ${usual}: where only one of the two is set, it lets no row in. Read the same setting.` });
      }
    }
  },
});

function settingOf(one: Term, other: Term): { readonly column: string; readonly setting: string } | null {
  const column = columnOf(one);
  const setting = parts(other).find((part) => part.term === "caller" && part.caller.by === "setting");
  // What the API sets holds a whole token.
  return column !== null && setting?.term === "caller" && !setting.caller.name.startsWith("request.") ? { column, setting: setting.caller.name } : null;
}
