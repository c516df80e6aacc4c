// The pages as they are read in the package, offline: links lead to what is in it, tables hold together.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import picomatch from "picomatch";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const isShipped = picomatch(
  readFileSync(join(root, ".vscodeignore"), "utf8")
    .split("\n")
    .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : [])),
);
const pages = readdirSync(join(root, "docs"), { recursive: true, withFileTypes: true })
  .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".md") && isShipped(file));

/** Without what stands in code. */
function prose(file: string): string {
  return read(file).replaceAll(/^```[^]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "code");
}

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** As VS Code and GitHub name a heading. */
function anchors(file: string): readonly string[] {
  return [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}

it("are there", () => {
  expect(pages).toEqual(expect.arrayContaining(["docs/configuration.md", "docs/locks.md", "docs/rules/README.md", "docs/rules/migration/rename.md"]));
});

it("show each tool's own way out of its transaction", () => {
  const page = read("docs/rules/migration/create-index-not-concurrent.md");
  const markers = ["-- +goose NO TRANSACTION", "-- migrate:up transaction:false", "-- no-transaction", "--changeset author:example runInTransaction:false", "run_in_transaction = false"];
  for (const marker of markers) expect(page).toContain(`${marker}\n`);
  for (const tool of ["A plain folder", "Prisma", "Supabase", "golang-migrate", "Drizzle", "Flyway", "refinery", "node-pg-migrate", "Hasura"]) expect(page).toMatch(new RegExp(`^\\*\\*.*${tool}.*\\.\\*\\*`, "m"));
});

it.each(pages)("%s", (page) => {
  const text = prose(page);
  for (const [link, target] of text.matchAll(/\]\(([^)]*)\)/g)) {
    if (target!.startsWith("https://")) continue;
    const [path = "", anchor] = target!.split("#");
    const file = path === "" ? page : relative(root, join(root, dirname(page), path)).replaceAll("\\", "/");
    expect(existsSync(join(root, file)), link).toBe(true);
    expect(isShipped(file), `${link} is not in the package`).toBe(true);
    if (anchor !== undefined) expect(anchors(file), link).toContain(anchor);
  }
  const widths = read(page).replaceAll(/^```[^]*?^```$/gm, "").split(/\n\n+/).map((block) => block.split("\n").filter((line) => line.startsWith("|")).map(cellCount));
  for (const rows of widths) expect(new Set(rows).size, `a table of ${page}: ${rows.join(", ")} cells`).toBeLessThan(2);
});

/** A bar ends a cell even in code, unless it is escaped. */
function cellCount(row: string): number {
  return row.replaceAll("\\|", "").split("|").length;
}
