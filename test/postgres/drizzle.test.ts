// Drizzle projects: what a server has after drizzle-kit's migration is what Plumbline makes of that migration.

import path from "node:path";
import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import type { Version } from "../../server/src/schema/history";
import { drizzleFolder, drizzleProjects } from "./drizzleProjects";
import { generateMigration, type DrizzleRun } from "./drizzleTruth";
import { compareHistory, replay } from "./replay";
import { withServer } from "./withServer";

const version = 17;

describe(`Drizzle projects on Postgres ${version}`, () => {
  const server = withServer(version);

  it.each(drizzleProjects.map((project) => [`${project.name}/${project.config}`, project] as const))("%s: drizzle-kit's migration", async (_, project) => {
    const { versions } = await history(await generateMigration(path.join(drizzleFolder, project.name), project.config, project));
    if (project.beyondTheServer) {
      expect(replay(versions).problems).toEqual([]);
      return;
    }
    const { differences, problems, objects } = await compareHistory(server(), versions, project.setUp === undefined ? {} : { setUp: project.setUp });
    expect([...differences, ...problems]).toEqual([]);
    expect(objects).toBeGreaterThan(5);
  });
});

/** As a project that has only been made, and never changed. */
async function history({ files }: DrizzleRun): Promise<{ versions: readonly Version[] }> {
  const inFolder = Object.entries(files).map(([file, text]) => [`/project/drizzle/${file}`, text] as const);
  const workspace = await Workspace.open({ folder: "/project", fileSystem: memoryFileSystem(Object.fromEntries(inFolder)), rules: [], trusted: false, settings: { postgresVersion: version, override: true } });
  const [database] = workspace.databases;
  if (database === undefined) throw new Error(`no history in ${Object.keys(files).join(", ")}`);
  expect(database.facts.tool).toBe("drizzle");
  return database;
}
