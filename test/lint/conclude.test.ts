import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import rule from "../../server/src/rules/migration/objectCreatedLater";

describe("what a rule concludes from all statements", () => {
  it("follows edits of any of them", async () => {
    const files = {
      "/repo/m/1_a.sql": "INSERT INTO plans VALUES (1);\n",
      "/repo/m/2_b.sql": "CREATE TABLE other (x int);\n",
      "/repo/m/3_c.sql": "CREATE TABLE plans (x int);\n",
    };
    const workspace = await Workspace.open({ folder: "/repo", fileSystem: memoryFileSystem(files), rules: [rule], trusted: false });
    const said = (): readonly string[] => workspace.files.flatMap((file) => workspace.findings(file).map(({ message }) => message.split(",")[1]!.trim().split(" after")[0]!));
    expect(said()).toEqual(["which 3_c creates"]);
    workspace.setText("/repo/m/3_c.sql", "CREATE TABLE plan (x int);\n");
    expect(said()).toEqual([]);
    workspace.setText("/repo/m/2_b.sql", "CREATE TABLE other (x int);\nCREATE TABLE plans (x int);\n");
    expect(said()).toEqual(["which 2_b creates"]);
    workspace.setText("/repo/m/2_b.sql", "DROP TABLE plans;\nCREATE TABLE plans (x int);\n");
    expect(said()).toEqual([]);
    workspace.setText("/repo/m/1_a.sql", "CREATE TABLE plans (x int);\nINSERT INTO plans VALUES (1);\n");
    expect(said()).toEqual([]);
    expect(workspace.faults).toEqual([]);
  });
});
