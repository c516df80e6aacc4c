// Drizzle projects: what a server has after drizzle-kit's migration is what Plumbline makes of that migration, and what it reads from the code.

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import type { ProjectDatabase } from "../../server/src/project/database";
import { schemaJson, type SchemaJson } from "../../server/src/schema/print/json";
import { schemaSql } from "../../server/src/schema/print/sql";
import type { TrackedView } from "../../server/src/schema/keys";
import { drizzleFolder, drizzleProjects, type DrizzleProject } from "./drizzleProjects";
import { generateMigration } from "./drizzleTruth";
import { compareHistory } from "./replay";
import { withServer } from "./withServer";

const version = 17;
const projects = drizzleProjects.map((project) => [`${project.name}/${project.config}`, project] as const);

describe(`Drizzle projects on Postgres ${version}`, () => {
  const server = withServer(version);
  const serverHas = async (project: DrizzleProject, printed?: string): Promise<readonly string[]> => {
    const { versions } = await migrated(project);
    const { differences, problems, objects } = await compareHistory(server(), versions, { ...(project.setUp === undefined ? {} : { setUp: project.setUp }), ...(printed === undefined ? {} : { printed }) });
    expect(objects).toBeGreaterThan(5);
    return [...differences, ...problems];
  };

  it.each(projects.filter(([, project]) => !project.beyondTheServer))("%s: drizzle-kit's migration", async (_, project) => {
    expect(await serverHas(project)).toEqual([]);
  });

  describe.each(projects)("%s: what the code declares", (_, project) => {
    const { incomplete = [], unnamed = [] } = project;

    if (incomplete.length === 0 && !project.beyondTheServer) {
      it("is what the server has", async () => {
        const differences = await serverHas(project, schemaSql(await declared(project)));
        expect(differences.filter((line) => !project.builtViews || !/^(?:materialized )?view [^:]*: only in the first/.test(line))).toEqual([]);
      });
    }

    it("is what the migration says", async () => {
      const code = tablesOf(schemaJson(await declared(project), []));
      const migration = tablesOf(schemaJson((await migrated(project)).head(), []));
      const namesOf = (tables: typeof code): string[] => Object.values(tables).flatMap(({ complete, name }) => (complete ? [] : [name]));
      // What a foreign key refers to and nothing makes is not complete either.
      expect(namesOf(code).sort()).toEqual([...incomplete, ...namesOf(migration)].sort());
      const complete = (tables: typeof code): typeof code => Object.fromEntries(Object.entries(tables).filter(([, { name }]) => !incomplete.includes(name) && !unnamed.includes(name)));
      expect(complete(code)).toEqual(complete(migration));
    });
  });
});

const migrations = new Map<DrizzleProject, Promise<ProjectDatabase>>();

/** As a project that has been made, and never changed. */
function migrated(project: DrizzleProject): Promise<ProjectDatabase> {
  let database = migrations.get(project);
  if (database === undefined) {
    database = generateMigration(path.join(drizzleFolder, project.name), project.config, project).then(({ files }) => open(Object.entries(files).map(([file, text]) => [`drizzle/${file}`, text]), "drizzle"));
    migrations.set(project, database);
  }
  return database;
}

async function declared({ name, out = "drizzle" }: DrizzleProject): Promise<TrackedView> {
  const folder = path.join(drizzleFolder, name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map(async (file): Promise<[string, string]> => [path.relative(folder, file).replaceAll("\\", "/"), await readFile(file, "utf8")]));
  const view = (await open(texts, out)).declared();
  if (view === null) throw new Error(`${name} declares no schema`);
  return view;
}

async function open(texts: readonly (readonly [string, string])[], folder: string): Promise<ProjectDatabase> {
  const files = Object.fromEntries(texts.map(([file, text]) => [`/project/${file}`, text]));
  const { databases } = await Workspace.open({ folder: "/project", fileSystem: memoryFileSystem(files), rules: [], trusted: false, settings: { postgresVersion: version, override: true } });
  const database = databases.find(({ history }) => history.folder === `/project/${folder}`);
  if (database === undefined) throw new Error(`no database of ${folder}, but of ${databases.map(({ history }) => history.folder).join(", ")}`);
  return database;
}

/** Without their places, and with expressions as if drizzle-kit quoted no name that needs no quotes. */
function tablesOf({ tables }: SchemaJson): Record<string, SchemaJson["tables"][number]> {
  const unquoted = JSON.stringify(tables, (key, value: unknown) => (typeof value === "string" && key !== "name" ? value.replaceAll(/"([a-z_][a-z0-9_]*)"/g, "$1") : value));
  return Object.fromEntries((JSON.parse(unquoted) as SchemaJson["tables"]).map((table) => [`${table.schema}.${table.name}`, { ...table, origin: null }]));
}
