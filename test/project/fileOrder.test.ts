import { describe, expect, it } from "vitest";
import { outOfOrder } from "../../server/src/project/fileOrder";
import { baseName } from "../../server/src/project/paths";
import type { Files } from "./project";
import { each, onlyDatabase } from "./project";

/** The files that come too late, with what is said of them; `pending` by the end of their names. */
async function late(files: Files, pending: readonly string[]): Promise<readonly string[]> {
  const { history } = await onlyDatabase(files);
  return outOfOrder(history, (_, file) => !pending.some((name) => file.endsWith(name))).map(({ file, message }) => `${baseName(file)}: ${message}`);
}

describe("a new migration that sorts before a released one", () => {
  it.each<[string, Files, string]>([
    ["goose", each(["m/1_a.sql", "m/2_b.sql", "m/3_c.sql"], "-- +goose Up\n"), "goose stops on a database that has 3_c, unless it is run with -allow-missing."],
    ["golang-migrate", each(["m/1_a.up.sql", "m/2_b.up.sql", "m/3_c.up.sql"]), "golang-migrate never runs it on a database that has 3_c, and says nothing."],
    ["plain", each(["m/1_a.sql", "m/2_b.sql", "m/3_c.sql"]), "A database that has 3_c runs it after that or never, a new one before: they may not end up the same."],
  ])("%s", async (_, files, fate) => {
    const pending = Object.keys(files).filter((file) => file.includes("2_b.up") || file.includes("2_b.sql"));
    expect((await late(files, pending)).at(-1)).toMatch(`This migration is new, and sorts before 3_c, which is released. ${fate} Give it a number after all others.`);
    expect(await late(files, ["3_c.sql", "3_c.up.sql"])).toEqual([]);
    expect(await late(files, Object.keys(files))).toEqual([]);
  });

  it("is left alone where order means nothing", async () => {
    expect(await late({ ...each(["m/a.sql", "m/c.sql"], "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n"), "m/changelog.yaml": "databaseChangeLog:\n  - includeAll:\n      path: .\n" }, ["a.sql"])).toEqual([]);
    expect(await late({ ...each(["m/V1__a.sql", "m/R__again.sql", "m/V2__b.sql"]) }, ["R__again.sql"])).toEqual([]);
  });

  it("is seen within each folder of a plain history alone", async () => {
    const files = { ...each(["a/1_x.sql", "a/2_x.sql", "b/1_y.sql", "b/3_y.sql"]), "plumbline.json": '{"databases":[{"migrations":{"include":["a","b"]}}]}' };
    expect(await late(files, ["a/2_x.sql"])).toEqual([]);
    expect((await late(files, ["b/1_y.sql"])).map((line) => line.slice(0, 8))).toEqual(["1_y.sql:"]);
  });
});
