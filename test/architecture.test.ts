import { cruise, type ICruiseOptions, type ICruiseResult } from "dependency-cruiser";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const configuration = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as { options: ICruiseOptions };

async function violations(): Promise<string[]> {
  const options = { ...configuration.options, ruleSet: configuration, validate: true, baseDir: root, tsConfig: { fileName: join(root, "tsconfig.json") } };
  const { output } = await cruise(["server", "client"], options as unknown as ICruiseOptions);
  return (output as ICruiseResult).summary.violations.filter(({ rule }) => rule.severity === "error").map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

describe("architecture", () => {
  it("imports in one direction only", async () => {
    expect(await violations()).toEqual([]);
  });

  it("says so in docs/architecture.md", () => {
    const document = readFileSync(join(root, "docs/architecture.md"), "utf8");
    for (const folder of readdirSync(join(root, "server/src"), { withFileTypes: true })) if (folder.isDirectory()) expect(document).toContain(`${folder.name}/`);
  });
});
