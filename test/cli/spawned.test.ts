// The built command line, as a shell starts it.

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const cli = join(root, "dist", "cli.cjs");
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "plumbline-cli-")));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
beforeAll(() => {
  if (!existsSync(cli)) throw new Error("dist/cli.cjs is missing: run `npm run build` first.");
});

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

interface How {
  readonly input?: string | Buffer;
  /** Closes standard output after the first piece, as `head` does. */
  readonly hangUp?: boolean;
}

function plumbline(cwd: string, args: readonly string[], how: How = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd, env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined } });
    const out: Buffer[] = [];
    const error: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => {
      out.push(piece);
      if (how.hangUp === true) child.stdout.destroy();
    });
    child.stderr.on("data", (piece: Buffer) => error.push(piece));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, out: Buffer.concat(out).toString(), error: Buffer.concat(error).toString() }));
    child.stdin.end(how.input ?? "");
  });
}

/** A project in a folder of its own. */
function project(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = join(temporary, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

interface Json {
  readonly findings: readonly { readonly rule: string; readonly file: string; readonly range: { readonly start: { readonly line: number } } }[];
  readonly skipped: readonly { readonly file: string }[];
}
const json = ({ out }: Ended): Json => JSON.parse(out) as Json;

const history = {
  "migrations/0001_users.sql": "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n",
  "migrations/0002_index.sql": "CREATE INDEX users_email_idx ON users (email);\n",
};

describe("plumbline, as built", () => {
  test("says its version and its usage", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(await plumbline(temporary, ["--version"])).toEqual({ status: 0, out: `${version}\n`, error: "" });
    expect(await plumbline(temporary, ["check", "--format", "xml"])).toMatchObject({ status: 2, out: "", error: expect.stringMatching(/^plumbline: --format must be one of/) as string });
  });

  test("finds what is wrong in a history, and gives the same in the folder and from above", async () => {
    const folder = project("history", history);
    const ended = await plumbline(folder, ["check", "--format", "json"]);
    expect(ended).toMatchObject({ status: 1, error: "" });
    expect(json(ended).findings.map(({ rule, file }) => [rule, file])).toContainEqual(["migration/create-index-not-concurrent", "migrations/0002_index.sql"]);
    const above = await plumbline(temporary, ["check", "history", "--format", "json"]);
    expect(json(above).findings.map(({ rule, file }) => [rule, file])).toEqual(json(ended).findings.map(({ rule, file }) => [rule, `history/${file}`]));
    expect((await plumbline(folder, ["check", "migrations/0001_users.sql"])).status).toBe(0);
  });

  test("keeps its exit status when its reader goes away", async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`migrations/${1000 + i}.sql`, `CREATE INDEX i${i} ON users (email);\n`]));
    const folder = project("many", { ...many, "migrations/0001_users.sql": history["migrations/0001_users.sql"] });
    const whole = await plumbline(folder, ["check", "--format", "json"]);
    expect(whole.out.length).toBeGreaterThan(300_000);
    expect(json(whole).findings.length).toBeGreaterThan(399);
    for (const format of ["text", "json", "junit"]) {
      const cut = await plumbline(folder, ["check", "--format", format], { hangUp: true });
      expect([format, cut.status, cut.error]).toEqual([format, 1, ""]);
    }
  });

  test("fixes files on the disk until nothing is left to fix, keeping their mode and byte order mark", async () => {
    const folder = project("fix", { ...history, "migrations/0002_index.sql": `\ufeff${history["migrations/0002_index.sql"]}` });
    const file = join(folder, "migrations/0002_index.sql");
    chmodSync(file, 0o600);
    const dry = await plumbline(folder, ["check", "--fix-dry-run"]);
    expect(dry.out).toMatch(/^\+\ufeffCREATE INDEX CONCURRENTLY users_email_idx/m);
    const before = readFileSync(file);
    execFileSync("git", ["apply", "--check", "-"], { cwd: folder, input: dry.out, env: { ...process.env, GIT_CEILING_DIRECTORIES: temporary } });
    expect(readFileSync(file)).toEqual(before);
    expect(await plumbline(folder, ["check", "--fix"])).toMatchObject({ status: 0, error: "" });
    expect(readFileSync(file, "utf8")).toMatch(/^\ufeff[^]*CREATE INDEX CONCURRENTLY users_email_idx/);
    const names = readdirSync(join(folder, "migrations"));
    expect(await plumbline(folder, ["check", "--fix"])).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder, "migrations"))).toEqual(names);
  });

  test("--since shows what a change brings", async () => {
    const folder = project("since", history);
    const git = (...args: string[]): void => void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", ...args], { cwd: folder, stdio: "pipe" });
    git("init", "-q", "-b", "change");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    expect(await plumbline(folder, ["check", "--since", "HEAD"])).toMatchObject({ status: 0, error: "" });
    writeFileSync(join(folder, "migrations/0002_index.sql"), `\n-- moved\n${history["migrations/0002_index.sql"]}`);
    writeFileSync(join(folder, "migrations/0003_drop.sql"), "SET lock_timeout = '5s';\nDROP TABLE users;\n");
    const ended = await plumbline(folder, ["check", "--since", "HEAD", "--format", "json"]);
    expect(json(ended).findings.map(({ rule, file }) => [rule, file])).toEqual([["migration/drop-table", "migrations/0003_drop.sql"]]);
    expect(await plumbline(folder, ["check", "--since", "nowhere"])).toMatchObject({ status: 2, error: 'plumbline: --since: git knows no revision "nowhere" here\n' });
  });

  test("reads standard input, even under a name that no project looks for", async () => {
    const folder = project("input", history);
    const ended = await plumbline(folder, ["check", "--stdin-filename", "scratch/new.txt", "--format", "json"], { input: "\nDROP TABLE users;\n" });
    expect(json(ended).findings).toContainEqual(expect.objectContaining({ rule: "migration/drop-table", file: "scratch/new.txt" }));
    const bytes = await plumbline(folder, ["check", "--stdin-filename", "new.sql", "--format", "json"], { input: Buffer.from([0xff, 0xfe]) });
    expect(json(bytes).skipped).toEqual([{ file: "new.sql", reason: "not UTF-8 text" }]);
  });

  test("passes over what it cannot read, and says so", async () => {
    const folder = project("odd", { ...history, "migrations/0003_latin.sql": Buffer.from("-- caf\xe9\n", "latin1") });
    mkdirSync(join(folder, "migrations/0004_folder.sql"));
    const ended = await plumbline(folder, ["check", "--format", "json"]);
    expect(ended.error).toBe("");
    expect(json(ended).skipped.map(({ file }) => file)).toEqual(expect.arrayContaining(["migrations/0003_latin.sql", "migrations/0004_folder.sql"]));
    expect(json(ended).findings.map(({ rule }) => rule)).toContain("migration/create-index-not-concurrent");
  });

  test("prints the schema", async () => {
    const folder = project("schema", history);
    expect((await plumbline(folder, ["schema", "--format", "sql"])).out).toMatch(/CREATE TABLE[^;]*users[^]*CREATE INDEX users_email_idx/);
    const before = JSON.parse((await plumbline(folder, ["schema", "--at", "0001"])).out) as { tables: { indexes: unknown[] }[] };
    expect(before.tables[0]!.indexes).toEqual([]);
    expect(await plumbline(folder, ["schema", "--at", "0009"])).toMatchObject({ status: 2, error: expect.stringMatching(/^plumbline: --at: .* has no version 0009/) as string });
  });
});

describe("explain", () => {
  const files = { "db/migrations/0001_start.sql": "CREATE TABLE orders (id int PRIMARY KEY, note text);\n", "q.sql": "SELECT * FROM orders WHERE id = :id;\n" };

  test("on the project's schema: the embedded Postgres is found beside the command, and ends with it", async () => {
    const folder = project("explain", files);
    const ended = await plumbline(folder, ["explain", "q.sql", "--param", "id=7", "--analyze", "--rows", "20", "--format", "json"]);
    expect(ended).toMatchObject({ status: 0, error: "" });
    expect(JSON.parse(ended.out)).toMatchObject({ server: { kind: "embedded" }, nodes: [{ relation: "public.orders", rowsActual: 1 }] });
  });
  test("no password is in anything that is printed, whatever goes wrong", async () => {
    const marker = "Pa55-marker";
    const folder = project("explain-secrets", files);
    for (const url of [`postgres://u:${marker}@127.0.0.1:9/d`, `postgres://u:${marker}@127.0.0.1:x/d`, `mysql://u:${marker}@h/d`, `host=127.0.0.1 port=9 password=${marker} sslmode=${marker}`, `postgres://u:${marker}@no-such-host.invalid/d`, `postgres://u:${marker}@127.0.0.1:9/d?sslmode=verify-full&sslrootcert=${marker}`]) {
      const ended = await plumbline(folder, ["explain", "q.sql", "--generic", "--url", url]);
      expect(ended, url).toMatchObject({ status: 2, out: "" });
      expect(ended.error, url).toMatch(/^plumbline: [^\n]+\n$/);
      expect(ended.error).not.toContain(marker);
    }
  });
});
