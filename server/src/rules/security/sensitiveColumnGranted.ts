import { placeOfName } from "../facts/places";
import { everyones, rowFacts } from "../facts/policyLogic";
import { expectsRowSecurity, isServed } from "../facts/rowSecurity";
import { bad, defineRule, good, sql, type TableContext } from "../rule";
import { display, enumerate } from "../wording";
import { conditionOfRule, rolesOf, usingRule } from "../../policies/effective";
import { isNeverTrue, isScoped } from "../../policies/decide";
import type { Table } from "../../schema/model";

const given = sql`
  CREATE TABLE profiles (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    password_hash text NOT NULL
  );
  ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
`;
const world = [
  "CREATE TABLE profiles (name text, password_hash text)",
  "INSERT INTO profiles VALUES ('a', 'x'), ('b', 'y')",
  "ALTER TABLE profiles ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY read_all ON profiles FOR SELECT USING (true)",
  "GRANT SELECT ON profiles TO pg_monitor",
];

export default defineRule({
  id: "security/sensitive-column-granted",
  summary: "A column such as password_hash that everyone may read with the rows of others.",
  why:
    "Row-level security decides on rows, and shows each of them with all of its columns. A profile that everyone may see brings its password hash or token along: an API gives out what the query asks for, not what the page shows " +
    "([Privileges](https://www.postgresql.org/docs/current/ddl-priv.html), [Supabase: column level security](https://supabase.com/docs/guides/database/postgres/column-level-security)).",
  whatToDo:
    "Move the column to a table of its own that only its owner, or only the service, may read. Or take SELECT on the table back and grant it on the other columns: REVOKE SELECT ON profiles FROM anon, authenticated; GRANT SELECT (id, name) ON profiles TO anon, authenticated. REVOKE SELECT (password_hash) alone changes nothing while the privilege on the table stands.",
  whenNotToUse: "The column holds nothing secret, whatever its name: take the name out of `names`.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["postgres:ddl-priv", "splinter:0023", "pgrls:SEC045", "union:222"],
  options: {
    names: {
      type: "array",
      items: { type: "string" },
      description: "Names of columns that hold secrets; a name that ends in one of them behind an underscore is one too.",
      default: ["password", "passwd", "password_hash", "hashed_password", "encrypted_password", "password_digest", "password_salt", "secret", "secret_key", "private_key", "api_key", "access_token", "refresh_token", "reset_token", "session_token", "auth_token", "totp_secret", "recovery_codes", "ssn", "social_security_number", "credit_card_number", "card_number", "cvv", "iban"],
    },
  },
  examples: [
    bad(`SET lock_timeout = '5s';\nALTER TABLE profiles ADD COLUMN api_key text;\nCREATE POLICY read_all ON profiles FOR SELECT USING (true);\n`, {
      title: "Profiles that everyone sees",
      platform: "supabase",
      given: given.replace("password_hash text NOT NULL", "city text"),
      at: "api_key",
      message: "Column api_key of profiles goes to anon and authenticated with the rows of others: a policy lets them SELECT those, and the privilege is on every column. Move it to a table of its own, or grant SELECT on the other columns alone.",
    }),
    bad(
      sql`
        CREATE TABLE logins (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name text NOT NULL,
          password_hash text NOT NULL
        );
        GRANT SELECT ON logins TO PUBLIC;
      `,
      {
        title: "Granted to everyone",
        at: "password_hash",
        message: "Column password_hash of logins goes to every role with the rows of others: nothing keeps those back, and the privilege is on every column. Move it to a table of its own, or grant SELECT on the other columns alone.",
      },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY read_own ON profiles FOR SELECT TO authenticated USING ((SELECT auth.uid()) = id);\n`, { title: "One's own row alone", platform: "supabase", given }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY read_all ON profiles FOR SELECT USING (true);
        REVOKE SELECT ON profiles FROM anon, authenticated;
        GRANT SELECT (id, name) ON profiles TO anon, authenticated;
      `,
      { title: "Granted column by column in the same migration", platform: "supabase", given },
    ),
    good(
      sql`
        CREATE TABLE logins (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, password_hash text NOT NULL);
        GRANT SELECT ON logins TO web;
      `,
      { title: "To the application's role", given: "CREATE ROLE web;\n" },
    ),
    good(`CREATE TABLE tokens (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, password_length integer NOT NULL, secretary text NOT NULL);\nGRANT SELECT ON tokens TO PUBLIC;\n`, { title: "Names that only sound so" }),
  ],
  proof: [
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT password_hash FROM profiles", rows: 2 },
    { given: [...world, "REVOKE SELECT (password_hash) ON profiles FROM pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT password_hash FROM profiles", rows: 2 },
    { given: [...world, "REVOKE SELECT ON profiles FROM pg_monitor", "GRANT SELECT (name) ON profiles TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT password_hash FROM profiles", fails: "42501" },
    { given: [...world, "REVOKE SELECT ON profiles FROM pg_monitor", "GRANT SELECT (name) ON profiles TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT name FROM profiles", rows: 2 },
    { platform: "supabase", given: [...world, "SET ROLE anon"], statement: "SELECT password_hash FROM profiles", rows: 2 },
  ],
  on: "table",
  check(context, options) {
    const { table } = context;
    const names = options.names as readonly string[];
    for (const column of table.columns) {
      const { name, origin } = column;
      if (origin === null || !names.some((each) => name === each || name.endsWith(`_${each}`))) continue;
      const who = readers(context, name);
      if (who.length === 0) continue;
      const words = who.includes("public") ? "every role" : enumerate(who);
      const how = table.rls.enabled ? `a policy lets ${who.length > 1 ? "them" : "it"} SELECT those` : "nothing keeps those back";
      context.report({
        at: placeOfName(origin, name),
        object: `${table.schema}.${table.name}.${name}`,
        message: `Column ${name} of ${display(table)} goes to ${words} with the rows of others: ${how}, and the privilege is on every column. Move it to a table of its own, or grant SELECT on the other columns alone.`,
      });
    }
  },
});

/** Of the roles that everyone has, those that may read the column in rows that are not the caller's. */
function readers({ table, schema, database, condition }: TableContext, column: string): readonly string[] {
  // That it has no row-level security where it is expected is said of the table.
  if (!table.rls.enabled && expectsRowSecurity(database, schema, table) !== null) return [];
  const served = isServed(database, table.schema) ? ["anon", "authenticated"] : [];
  const granted = table.grants.flatMap(({ grantee }) => (everyones.has(grantee) ? [grantee] : []));
  return [...new Set([...granted, ...served])].filter((role) => {
    if (!mayRead(table, role, column, served.includes(role))) return false;
    if (!table.rls.enabled) return true;
    const rule = conditionOfRule(usingRule(table, rolesOf(schema, role), "select"), condition);
    return !isNeverTrue(rule, rowFacts(table)) && !isScoped(rule, rowFacts(table));
  });
}

/** Supabase grants all to its API's roles, until columns are granted one by one. */
function mayRead(table: Table, role: string, column: string, byDefault: boolean): boolean {
  const own = table.grants.filter(({ grantee, privilege }) => grantee === role && (privilege === "select" || privilege === "all"));
  return own.length === 0 ? byDefault : own.some(({ columns }) => columns.length === 0 || columns.includes(column));
}
