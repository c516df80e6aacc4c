// What a rule asks of later versions is asked again when those change.

import { expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";

it("judges a statement by what later versions make of it, as they are now", async () => {
  const files = {
    "/repo/migrations/0001_a.sql": "CREATE TABLE members (name text PRIMARY KEY);",
    "/repo/migrations/0002_b.sql": "CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT FROM members) $$;",
    "/repo/migrations/0003_c.sql": "SELECT 1;",
  };
  const workspace = await Workspace.open({ folder: "/repo", fileSystem: memoryFileSystem(files), rules, trusted: false, now: () => new Date("2026-01-01T00:00:00Z") });
  const said = (): readonly string[] => workspace.findings("/repo/migrations/0002_b.sql").map(({ rule }) => rule).filter((rule) => rule === "security/security-definer-search-path");
  expect(said()).toHaveLength(1);
  workspace.setText("/repo/migrations/0003_c.sql", "ALTER FUNCTION is_member() SET search_path = '';");
  expect(said()).toEqual([]);
  workspace.setText("/repo/migrations/0003_c.sql", "ALTER FUNCTION is_member() SET work_mem = '1MB';");
  expect(said()).toHaveLength(1);
});
