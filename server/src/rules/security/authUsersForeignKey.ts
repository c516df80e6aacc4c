import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const world = [
  "INSERT INTO auth.users (id) VALUES ('00000000-0000-0000-0000-000000000001'), ('00000000-0000-0000-0000-000000000002')",
  "GRANT SELECT, DELETE ON auth.users TO service_role",
];
const profiles = (action: string): readonly string[] => [`CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users (id)${action})`, "INSERT INTO profiles SELECT id FROM auth.users"];

export default defineRule({
  id: "security/auth-users-foreign-key",
  summary: "A foreign key to auth.users that says nothing of users who are deleted.",
  why:
    "Supabase deletes a user by deleting the row of auth.users. A foreign key without ON DELETE refuses that: the dashboard and admin.deleteUser() fail with 23503, and the account, with its e-mail address, stays. Of the columns of auth.users only the primary key is promised not to change " +
    "([Supabase: managing user data](https://supabase.com/docs/guides/auth/managing-user-data)).",
  whatToDo: "Write REFERENCES auth.users (id) ON DELETE CASCADE for what is the user's own, and ON DELETE SET NULL for what outlives the account.",
  whenNotToUse: "A user with such rows is not to be deleted, as with invoices.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["supabase:managing-user-data", "splinter:0021", "pgrls:SEC052", "union:218"],
  examples: [
    bad(
      sql`
        CREATE TABLE profiles (
          id uuid PRIMARY KEY REFERENCES auth.users
        );
        ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON profiles TO authenticated USING ((SELECT auth.uid()) = id);
      `,
      {
        title: "The account cannot be deleted",
        platform: "supabase",
        at: "REFERENCES auth.users",
        message: "Foreign key profiles_id_fkey of profiles keeps users from being deleted: Supabase's deleteUser() fails with 23503 while a row refers to the user. Write ON DELETE CASCADE, or SET NULL for what outlives the account.",
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          user_id uuid NOT NULL,
          CONSTRAINT notes_user FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE RESTRICT
        );
        CREATE INDEX ON notes (user_id);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON notes TO authenticated USING ((SELECT auth.uid()) = user_id);
      `,
      { title: "RESTRICT says the same", platform: "supabase", at: "CONSTRAINT notes_user FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE RESTRICT" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE profiles (
          id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE
        );
        ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON profiles TO authenticated USING ((SELECT auth.uid()) = id);
      `,
      { title: "Goes with the account", platform: "supabase" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE notes (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          user_id uuid REFERENCES auth.users (id)
        );
        CREATE INDEX ON notes (user_id);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON notes TO authenticated USING ((SELECT auth.uid()) = user_id);
        ALTER TABLE notes DROP CONSTRAINT notes_user_id_fkey;
        ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE SET NULL;
      `,
      { title: "Made again in the same migration", platform: "supabase" },
    ),
    good(
      sql`
        CREATE TABLE users (id uuid PRIMARY KEY);
        CREATE TABLE notes (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users);
        CREATE INDEX ON notes (user_id);
      `,
      { title: "A table of one's own" },
    ),
  ],
  proof: [
    { platform: "supabase", given: [...world, ...profiles(""), "SET ROLE service_role"], statement: "DELETE FROM auth.users", fails: "23503" },
    { platform: "supabase", given: [...world, ...profiles(" ON DELETE CASCADE"), "SET ROLE service_role"], statement: "DELETE FROM auth.users RETURNING id", rows: 2 },
  ],
  on: "table",
  check(context) {
    const { table, database } = context;
    if (database.platform !== "supabase") return;
    for (const constraint of table.constraints) {
      if (constraint.kind !== "foreign key" || constraint.inherited || constraint.origin === null) continue;
      const { references, onDelete } = constraint;
      if (references.schema !== "auth" || references.name !== "users" || (onDelete !== "no action" && onDelete !== "restrict")) continue;
      context.report({
        at: constraint.origin,
        object: `${table.schema}.${table.name}`,
        message: `Foreign key ${constraint.name} of ${display(table)} keeps users from being deleted: Supabase's deleteUser() fails with 23503 while a row refers to the user. Write ON DELETE CASCADE, or SET NULL for what outlives the account.`,
      });
    }
  },
});
