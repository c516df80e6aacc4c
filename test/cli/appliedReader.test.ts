// What is said before anything connects; test/postgres/historyTables.test.ts connects.

import { describe, expect, it } from "vitest";
import { appliedReader } from "../../server/src/cli/appliedReader";
import { checkArguments } from "../../server/src/cli/checkArguments";
import type { Io } from "../../server/src/cli/io";
import type { ConnectableDatabase } from "../../server/src/project/applied";
import { toolOf } from "../../server/src/project/tools/all";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";

const io = (env: Readonly<Record<string, string>>): Io => {
  const refuse = (): Promise<never> => Promise.reject(new Error("not here"));
  return { cwd: "/app", env, terminal: false, out: refuse, error: refuse, input: refuse, fileSystem: memoryFileSystem({}), disk: { create: refuse, overwrite: refuse, remove: refuse } };
};
const database = (name: string, tool: "prisma" | "plain", urlEnv: string | null = null): ConnectableDatabase => ({ name, urlEnv, historyTable: null, tables: toolOf(tool).historyTables });

/** What the databases of one project are told. */
async function fault(args: readonly string[], databases: readonly ConnectableDatabase[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  try {
    await appliedReader(checkArguments(args, [])!, io(env))!("/app", databases);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("asking what has run", () => {
  it("is done only on request", () => {
    expect(appliedReader(checkArguments([], [])!, io({ DATABASE_URL: "postgres://x" }))).toBeNull();
  });

  it("needs a database that can tell", async () => {
    const several = [database("main", "prisma"), database("jobs", "prisma"), database("scripts", "plain")];
    expect(await fault(["--database-url-env", "DB"], several)).toBe('--database-url-env: here are 2 databases: main, jobs. Give each a "urlEnv" in plumbline.json, and use --connect');
    expect(await fault(["--database-url-env", "DB"], several.slice(2))).toBe("--database-url-env: no migrations here are run by a tool that Plumbline knows, so no table tells what has run");
    expect(await fault(["--connect"], several)).toBe('--connect: no database in plumbline.json has a "urlEnv"; --database-url-env names a variable without one');
    expect(await fault(["--connect"], [database("scripts", "plain", "DB")], { DB: "postgres://x" })).toBe("scripts: its migrations are run by no tool that Plumbline knows, so no table tells what has run");
    expect(await fault(["--database-url-env", "DB"], [several[0]!, several[2]!])).toBe("the environment variable DB, which is to hold the URL of main, is not set");
    expect(await fault(["--connect"], [database("main", "prisma", "LIVE"), several[1]!], { DB: "postgres://x", LIVE: "" })).toBe("the environment variable LIVE, which is to hold the URL of main, is not set");
  });

  it("asks one database for one project", async () => {
    const read = appliedReader(checkArguments(["--database-url-env", "DB"], [])!, io({}))!;
    await expect(read("/a", [database("main", "prisma")])).rejects.toThrow("is not set");
    expect(() => read("/b", [database("main", "prisma")])).toThrow("the paths are in several projects");
  });

  it("takes no URL on the command line, and does not repeat it", () => {
    const written = "postgres://me:secret@db.example.com/x";
    expect(() => checkArguments(["--database-url-env", written], [])).toThrow(/^--database-url-env takes the name of an environment variable, such as DATABASE_URL\. A URL on the command line would show its password to others$/);
  });
});
