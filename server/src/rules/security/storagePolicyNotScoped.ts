import { bad, defineRule, good, sql } from "../rule";
import { isAlwaysTrue, isNeverTrue, letsInAnyCaller, scopedBy } from "../../policies/decide";
import { columnsOf, termsOf, type Condition } from "../../policies/condition";
import type { PlacedExpression } from "../../schema/changes";
import { enumerate } from "../wording";

const objects = "INSERT INTO storage.buckets (id, name) VALUES ('avatars', 'avatars'), ('invoices', 'invoices');\n";
const world = [
  "INSERT INTO storage.buckets (id, name) VALUES ('avatars', 'avatars'), ('invoices', 'invoices')",
  "INSERT INTO storage.objects (bucket_id, name, owner) VALUES ('avatars', 'a.png', '00000000-0000-0000-0000-000000000001'), ('avatars', 'b.png', '00000000-0000-0000-0000-000000000002'), ('invoices', 'b.pdf', '00000000-0000-0000-0000-000000000002')",
];
const asFirst = [`SELECT set_config('request.jwt.claims', '{"sub": "00000000-0000-0000-0000-000000000001", "role": "authenticated"}', false)`, "SET ROLE authenticated"];

export default defineRule({
  id: "security/storage-policy-not-scoped",
  summary: "A policy on storage.objects that holds for every bucket, or for everyone's files.",
  why:
    "The files of all buckets are rows of one table, storage.objects. A policy that does not compare bucket_id holds for the buckets of everything else too, those that are made later among them. One that compares nothing but bucket_id lets each caller overwrite or delete the files of all others in it " +
    "([Supabase: storage access control](https://supabase.com/docs/guides/storage/security/access-control)).",
  whatToDo: "Compare the bucket, and tie the file to the caller: bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text, or owner_id = (SELECT auth.uid())::text.",
  whenNotToUse: "Every account may change every file, as in a shared folder: suppress the rule for that policy with the reason.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["supabase:storage-security-access-control", "pgrls:SEC051", "union:219"],
  examples: [
    bad(`CREATE POLICY read_files ON storage.objects FOR SELECT TO authenticated USING (true);`, {
      title: "Every bucket",
      platform: "supabase",
      given: objects,
      at: "true",
      message: "Policy read_files holds for every bucket: authenticated may SELECT each file of them, of those that are made later too. Compare bucket_id.",
    }),
    bad(`CREATE POLICY change_avatar ON storage.objects FOR UPDATE TO authenticated USING (bucket_id = 'avatars');`, {
      title: "Everyone's files",
      platform: "supabase",
      given: objects,
      at: "bucket_id = 'avatars'",
      message: "Policy change_avatar compares the bucket and not whose the file is: authenticated may UPDATE the files of all others in it. Compare the folder or the owner with (SELECT auth.uid()).",
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY read_avatars ON storage.objects FOR SELECT USING (bucket_id = 'avatars');`, { title: "A bucket that all may see", platform: "supabase", given: objects }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own_files ON storage.objects FOR DELETE TO authenticated USING (bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text);`, { title: "One's own folder", platform: "supabase", given: objects }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own_files ON storage.objects TO authenticated USING (owner = (SELECT auth.uid()));`, { title: "One's own files in every bucket", platform: "supabase", given: objects }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY admins ON storage.objects TO authenticated USING (bucket_id = 'avatars' AND (SELECT auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');`, { title: "What only some callers have", platform: "supabase", given: objects }),
    good(
      sql`
        CREATE SCHEMA files;
        CREATE TABLE files.objects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        ALTER TABLE files.objects ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_all ON files.objects FOR SELECT USING (true);
      `,
      { title: "Another table of that name, made in the same migration", platform: "supabase" },
    ),
  ],
  proof: [
    { platform: "supabase", given: [...world, "CREATE POLICY p ON storage.objects TO authenticated USING (true)", ...asFirst], statement: "SELECT * FROM storage.objects", rows: 3 },
    { platform: "supabase", given: [...world, "CREATE POLICY p ON storage.objects TO authenticated USING (bucket_id = 'avatars')", ...asFirst], statement: "DELETE FROM storage.objects RETURNING name", rows: 2 },
    { platform: "supabase", given: [...world, "CREATE POLICY p ON storage.objects TO authenticated USING (bucket_id = 'avatars' AND owner = (SELECT auth.uid()))", ...asFirst], statement: "DELETE FROM storage.objects RETURNING name", rows: 1 },
  ],
  on: "statement",
  changes: ["createPolicy", "alterPolicy"],
  check(context) {
    const { change, database, condition } = context;
    if ((change.change !== "createPolicy" && change.change !== "alterPolicy") || database.platform !== "supabase") return;
    if (change.table.schema !== "storage" || change.table.name !== "objects" || (change.change === "createPolicy" && !change.permissive)) return;
    const roles = change.roles ?? ["public"];
    if (roles.every((role) => role === "service_role")) return;
    const clauses: readonly (PlacedExpression | null)[] = [change.using, change.withCheck];
    for (const expression of clauses) {
      if (expression === null) continue;
      const read = condition(expression);
      if (isNeverTrue(read)) continue;
      const command = change.change === "createPolicy" ? change.command : null;
      const may = command === null || command === "all" ? "SELECT, INSERT, UPDATE and DELETE" : command.toUpperCase();
      const who = roles.includes("public") ? "every role" : enumerate(roles);
      const comparesBucket = termsOf(read).some((term) => columnsOf(term).some((column) => column === "bucket_id" || column === "*"));
      if (!comparesBucket && (isAlwaysTrue(read) || (letsInAnyCaller(read) && scopedBy(read).length === 0))) {
        context.report({ at: expression.range, object: "storage.objects", message: `Policy ${change.name.name} holds for every bucket: ${who} may ${may} each file of them, of those that are made later too. Compare bucket_id.` });
        return;
      }
      if (comparesBucket && (command === "all" || command === "update" || command === "delete") && isOfEveryone(read)) {
        context.report({
          at: expression.range,
          object: "storage.objects",
          message: `Policy ${change.name.name} compares the bucket and not whose the file is: ${who} may ${may.replace("SELECT, INSERT, ", "")} the files of all others in it. Compare the folder or the owner with (SELECT auth.uid()).`,
        });
        return;
      }
    }
  },
});

const isOfEveryone = (read: Condition): boolean => letsInAnyCaller(read) && scopedBy(read).length === 0;
