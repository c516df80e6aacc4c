import { bad, defineRule, good, sql } from "../rule";
import type { Node } from "@pgsql/types";
import { allOf, as } from "../../schema/read/nodes";

// What the storage service asks as service_role for a URL without a token (src/http/routes/object/getPublicObject.ts of supabase/storage).
const download = "SELECT * FROM storage.objects o JOIN storage.buckets b ON b.id = o.bucket_id WHERE b.public AND o.name = 'jan.pdf'";
const bucket = (isPublic: boolean): readonly string[] => [
  `INSERT INTO storage.buckets (id, name, public) VALUES ('invoices', 'invoices', ${String(isPublic)})`,
  "INSERT INTO storage.objects (bucket_id, name, owner) VALUES ('invoices', 'jan.pdf', '00000000-0000-0000-0000-00000000000a'), ('invoices', 'feb.pdf', '00000000-0000-0000-0000-00000000000b')",
  "CREATE POLICY own_files ON storage.objects TO authenticated USING (owner = (SELECT auth.uid()))",
];

export default defineRule({
  id: "security/public-bucket",
  summary: "A public bucket of Supabase's storage.",
  why:
    "Each file of a public bucket is read by its URL, without signing in: no policy on storage.objects holds for a download. Policies still hold for uploading, listing and deleting " +
    "([Supabase: buckets](https://supabase.com/docs/guides/storage/buckets/fundamentals)).",
  whatToDo: "Leave the bucket private, and give out signed URLs (createSignedUrl), or write a policy for SELECT on storage.objects.",
  whenNotToUse: "The files are for everyone, such as the pictures of a web site.",
  severity: { recommended: "info", strict: "warning" },
  fix: "review",
  sources: ["supabase:storage-buckets-fundamentals", "splinter:0025", "pgrls:SEC050", "union:219"],
  examples: [
    bad(`INSERT INTO storage.buckets (id, name, public) VALUES ('invoices', 'invoices', true);`, {
      title: "Whoever has the URL",
      platform: "supabase",
      at: "true",
      message: "Bucket invoices is public: whoever has the URL of a file reads it without signing in, and no policy on storage.objects holds for that. Leave it private, and give out signed URLs.",
      fixed: `INSERT INTO storage.buckets (id, name, public) VALUES ('invoices', 'invoices', false);`,
    }),
    bad(`UPDATE storage.buckets SET public = true WHERE id = 'invoices';`, {
      title: "Opened afterwards",
      platform: "supabase",
      at: "true",
      message: "The bucket is public from here on: whoever has the URL of a file reads it without signing in, and no policy on storage.objects holds for that. Leave it private, and give out signed URLs.",
    }),
    good(`INSERT INTO storage.buckets (id, name, public) VALUES ('invoices', 'invoices', false);`, { title: "A private one", platform: "supabase" }),
    good(`INSERT INTO storage.buckets (id, name) VALUES ('invoices', 'invoices');`, { title: "Private by default", platform: "supabase" }),
    good(
      sql`
        CREATE SCHEMA shop;
        CREATE TABLE shop.buckets (id text PRIMARY KEY, public boolean NOT NULL);
        INSERT INTO shop.buckets (id, public) VALUES ('red', true);
      `,
      { title: "A table of that name, made in the same migration", platform: "supabase" },
    ),
  ],
  proof: [
    { platform: "supabase", given: [...bucket(true), "SET ROLE service_role"], statement: download, rows: 1 },
    { platform: "supabase", given: [...bucket(false), "SET ROLE service_role"], statement: download, rows: 0 },
    // Listing goes by the policies all the same.
    { platform: "supabase", given: [...bucket(true), "SET ROLE anon"], statement: "SELECT * FROM storage.objects", rows: 0 },
    { platform: "supabase", given: [...bucket(true), `SELECT set_config('request.jwt.claims', '{"sub": "00000000-0000-0000-0000-00000000000a"}', false)`, "SET ROLE authenticated"], statement: "SELECT * FROM storage.objects", rows: 1 },
  ],
  on: "statement",
  changes: ["write"],
  check(context) {
    const { change, parsed, database } = context;
    if (change.change !== "write" || database.platform !== "supabase" || parsed.node === null) return;
    if (!change.tables.some((table) => table.schema === "storage" && table.name === "buckets")) return;
    for (const { value, bucket } of made(parsed.node)) {
      const constant = as(value, "A_Const") ?? as(as(value, "TypeCast")?.arg, "A_Const");
      if (constant?.boolval?.boolval !== true) continue;
      const start = parsed.utf16(constant.location ?? 0);
      const token = parsed.tokens.find((each) => each.start === start);
      if (token === undefined) continue;
      context.report({
        at: { start: token.start, end: token.end },
        object: "storage.buckets",
        message: `${bucket === null ? "The bucket is public from here on" : `Bucket ${bucket} is public`}: whoever has the URL of a file reads it without signing in, and no policy on storage.objects holds for that. Leave it private, and give out signed URLs.`,
        fixes: [{ title: "Leave the bucket private", kind: "review", intents: [{ intent: "replace", range: { start: token.start, end: token.end }, text: "false" }] }],
      });
    }
  },
});

interface MadePublic {
  /** Of the column `public`. */
  readonly value: Node | undefined;
  readonly bucket: string | null;
}

function made(node: Node): readonly MadePublic[] {
  const insert = as(node, "InsertStmt");
  if (insert !== undefined) {
    const columns = allOf(insert.cols, "ResTarget").map(({ name }) => name);
    const rows = as(insert.selectStmt, "SelectStmt")?.valuesLists ?? [];
    return rows.map((row) => {
      const values = as(row, "List")?.items ?? [];
      const at = columns.indexOf("public");
      const id = as(values[columns.indexOf("id")], "A_Const")?.sval?.sval;
      return { value: at < 0 ? undefined : values[at], bucket: id ?? "?" };
    });
  }
  const update = as(node, "UpdateStmt");
  return allOf(update?.targetList, "ResTarget").flatMap(({ name, val }) => (name === "public" ? [{ value: val, bucket: null }] : []));
}
