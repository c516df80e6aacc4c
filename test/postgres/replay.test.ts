// The sample workspace's histories: what a server has after running the files is what `plumbline schema --format sql` makes of them.

import path from "node:path";
import { describe, expect, it } from "vitest";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { compareHistory } from "./replay";
import { supabasePlatform } from "./platforms";
import { postgresVersions } from "./server";
import { withServer } from "./withServer";

const folder = path.resolve(import.meta.dirname, "../workspaces/saas").replaceAll("\\", "/");

/** The main history on each version, the services' on the oldest and the newest. */
const everything = new Set<number>([15, 18]);

describe.each(postgresVersions)("replayed histories on Postgres %i", (version) => {
  const server = withServer(version);

  it("gives the catalogs that the server has", async () => {
    const workspace = await Workspace.open({ folder, fileSystem: nodeFileSystem, rules: [], trusted: false, settings: { postgresVersion: version, override: true } });
    const compared: Record<string, readonly string[]> = {};
    for (const database of workspace.databases) {
      const { name } = database.facts;
      if (name !== "main" && !everything.has(version)) continue;
      const platform = database.facts.tool === "supabase" ? { setUp: supabasePlatform } : {};
      const { differences, objects, problems } = await compareHistory(server(), database.versions, platform);
      expect(objects, name).toBeGreaterThan(20);
      compared[name] = [...differences, ...problems];
    }
    expect(compared).toEqual(Object.fromEntries(Object.keys(compared).map((name) => [name, []])));
    expect(Object.keys(compared)).toHaveLength(everything.has(version) ? 15 : 1);
  });
});
