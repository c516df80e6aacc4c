import type { DatabaseFacts } from "../../schema/history";

/** Whether syntax that came with this major version may be proposed: only where the database is known to be that new. */
export function runsOn(database: Pick<DatabaseFacts, "postgresVersion" | "versionKnown">, version: number): boolean {
  return database.versionKnown && database.postgresVersion >= version;
}
