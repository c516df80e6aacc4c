import { expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";

/** The severity of what is said of a domain that is born with a constraint: a hint, in the strict preset alone. */
async function severityOf(configuration: object): Promise<readonly string[]> {
  const files = {
    "/repo/plumbline.json": JSON.stringify({ ...configuration, databases: [{ migrations: { include: ["db/*.sql"] } }] }),
    "/repo/db/1_domain.sql": "CREATE DOMAIN percentage AS int CHECK (VALUE <= 100);\n",
    "/repo/db/2_next.sql": "SELECT 1;\n",
  };
  const workspace = await Workspace.open({ folder: "/repo", fileSystem: memoryFileSystem(files), rules, trusted: false });
  return workspace.findings("/repo/db/1_domain.sql").flatMap(({ rule, severity }) => (rule === "migration/domain-constraint" ? [severity] : []));
}

it("of what is said in the strict preset alone is its own, unless somebody chose one", async () => {
  expect(await severityOf({})).toEqual([]);
  expect(await severityOf({ preset: "strict" })).toEqual(["hint"]);
  expect(await severityOf({ preset: "strict", rules: { "migration/domain-constraint": "error" } })).toEqual(["error"]);
  expect(await severityOf({ rules: { "migration/domain-constraint": "warning" } })).toEqual(["warning"]);
});
