// The files that are measured: made the same every time, in the manner of real migrations and dumps.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const kinds = ["orders", "customers", "invoices", "payments", "projects", "tasks", "events", "messages", "devices", "reports"];

const tableName = (n: number): string => `${kinds[n % kinds.length]!}_${n}`;

function createTable(n: number): string {
  const references = n === 0 ? "" : `,\n  parent_id bigint REFERENCES ${tableName(n - 1)} (id) ON DELETE CASCADE`;
  return `-- ${tableName(n)}: one row a ${kinds[n % kinds.length]!.slice(0, -1)}
CREATE TABLE ${tableName(n)} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'open', 'closed')),
  amount numeric(12, 2) NOT NULL DEFAULT 0,
  settings jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now()${references}
);
`;
}

const indexes = (n: number): string => `CREATE INDEX ${tableName(n)}_tenant_idx ON ${tableName(n)} (tenant_id, created_at DESC);
${n === 0 ? "" : `CREATE INDEX ${tableName(n)}_parent_idx ON ${tableName(n)} (parent_id);\n`}`;

const alter = (n: number): string => `ALTER TABLE ${tableName(n)} ADD COLUMN note text;
ALTER TABLE ${tableName(n)} ALTER COLUMN name SET DEFAULT '';
COMMENT ON TABLE ${tableName(n)} IS 'Rows of ${tableName(n)}';
UPDATE ${tableName(n)} SET note = name WHERE note IS NULL;
`;

const functionText = (n: number): string => `CREATE FUNCTION ${tableName(n)}_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  IF NEW.status = 'closed' THEN
    UPDATE ${tableName(n)} SET amount = 0 WHERE id = NEW.id;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER ${tableName(n)}_touch BEFORE UPDATE ON ${tableName(n)} FOR EACH ROW EXECUTE FUNCTION ${tableName(n)}_touch();
`;

/** One file of about `lines` lines. */
export function migration(lines: number): string {
  let text = "";
  for (let n = 0; text.split("\n").length < lines; n++) text += `${createTable(n)}${indexes(n)}${alter(n)}${n % 3 === 0 ? functionText(n) : ""}\n`;
  return text.split("\n").slice(0, lines).join("\n").replace(/[^;]*$/, "\n");
}

/** What pg_dump writes for `tables` tables: definitions, then keys, indexes and foreign keys. */
export function dump(lines: number): string {
  const head = "SET statement_timeout = 0;\nSET lock_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\n";
  const perTable = 38;
  const tables = Math.ceil(lines / perTable);
  let text = head;
  for (let n = 0; n < tables; n++) {
    text += `--\n-- Name: ${tableName(n)}; Type: TABLE; Schema: public; Owner: -\n--\n\nCREATE TABLE public.${tableName(n)} (\n    id bigint NOT NULL,\n    parent_id bigint,\n    tenant_id uuid NOT NULL,\n    name character varying(255) NOT NULL,\n    status text DEFAULT 'new'::text NOT NULL,\n    amount numeric(12,2) DEFAULT 0 NOT NULL,\n    settings jsonb DEFAULT '{}'::jsonb NOT NULL,\n    created_at timestamp with time zone DEFAULT now() NOT NULL,\n    updated_at timestamp with time zone DEFAULT now() NOT NULL,\n    CONSTRAINT ${tableName(n)}_amount_check CHECK ((amount >= (0)::numeric))\n);\n\n\n`;
  }
  for (let n = 0; n < tables; n++) text += `--\n-- Name: ${tableName(n)} ${tableName(n)}_pkey; Type: CONSTRAINT\n--\n\nALTER TABLE ONLY public.${tableName(n)}\n    ADD CONSTRAINT ${tableName(n)}_pkey PRIMARY KEY (id);\n\n`;
  for (let n = 1; n < tables; n++) text += `CREATE INDEX ${tableName(n)}_parent_id_idx ON public.${tableName(n)} USING btree (parent_id);\n\n`;
  for (let n = 1; n < tables; n++) text += `ALTER TABLE ONLY public.${tableName(n)}\n    ADD CONSTRAINT ${tableName(n)}_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.${tableName(n - 1)}(id);\n\n`;
  return text;
}

/** `count` migration files in a folder of a project. */
export function writeHistory(root: string, count: number): void {
  const folder = join(root, "migrations");
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n++) {
    const table = Math.floor(n / 3);
    const text = n % 3 === 0 ? createTable(table) : n % 3 === 1 ? indexes(table) : alter(table) + functionText(table);
    writeFileSync(join(folder, `${String(n + 1).padStart(4, "0")}_step.sql`), text);
  }
}

export function writeFile(root: string, name: string, text: string): string {
  mkdirSync(root, { recursive: true });
  const file = join(root, name);
  writeFileSync(file, text);
  return file;
}

/** A table of a Drizzle schema, of some 17 lines. */
function drizzleTable(n: number): string {
  const name = tableName(n);
  return `export const ${constName(n)} = pgTable(
  "${name}",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: uuid("tenant_id").notNull(),
    name: text().notNull(),
    status: statusOf().default("new"),
    amount: numeric({ precision: 12, scale: 2 }).notNull().default("0"),
    settings: jsonb().notNull().default({}),${n === 0 ? "" : `\n    parentId: bigint("parent_id", { mode: "number" }).references(() => ${constName(n - 1)}.id, { onDelete: "cascade" }),`}
    ...timestamps,
  },
  (t) => [
    index("${name}_tenant_idx").on(t.tenantId, t.createdAt.desc()),${n === 0 ? "" : `\n    index("${name}_parent_idx").on(t.parentId).where(isNull(t.deletedAt)),`}
    check("${name}_amount_check", sql\`\${t.amount} >= 0\`),
  ],
);
`;
}

const constName = (n: number): string => `${kinds[n % kinds.length]!}${n}`;

const drizzleShared = `export const status = pgEnum("status", ["new", "open", "closed"]);
export const statusOf = () => status().notNull();
export const timestamps = {
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  deletedAt: timestamp("deleted_at", { withTimezone: true }),
};
`;
const drizzleImports = 'import { isNull, sql } from "drizzle-orm";\nimport { bigint, check, index, jsonb, numeric, pgEnum, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";\n';
const drizzleConfig = 'export default { dialect: "postgresql", schema: "./schema/index.ts", out: "./drizzle" };\n';

/** A schema of about `lines` lines in one file, with no migrations. */
export function drizzleFile(lines: number): string {
  let text = `${drizzleImports}\n${drizzleShared}\n`;
  for (let n = 0; text.split("\n").length < lines; n++) text += `${drizzleTable(n)}\n`;
  return text;
}

/** `tables` tables over all but two of as many files, each of which imports the one before. */
export function drizzleFiles(tables: number): Readonly<Record<string, string>> {
  const files: Record<string, string> = { "shared.ts": `${drizzleImports}${drizzleShared}` };
  for (let n = 0; n < tables; n++) {
    const before = n === 0 ? "" : `import { ${constName(n - 1)} } from "./t${Math.max(0, n - 4)}";\n`;
    const file = `t${Math.max(0, n - 3)}.ts`;
    files[file] = `${files[file] ?? `${drizzleImports}import { statusOf, timestamps } from "./shared";\n${before}`}\n${drizzleTable(n)}`;
  }
  files["index.ts"] = Object.keys(files).map((file) => `export * from "./${file.replace(".ts", "")}";\n`).join("");
  return files;
}

export function writeDrizzle(root: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, "schema"), { recursive: true });
  writeFileSync(join(root, "package.json"), '{"dependencies":{"drizzle-orm":"^0.45.0"}}');
  writeFileSync(join(root, "drizzle.config.ts"), drizzleConfig);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, "schema", name), text);
}
