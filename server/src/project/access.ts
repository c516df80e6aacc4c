// Who reaches what in a project's databases, as `plumbline access` prints it.

import { openDatabases, type OpenOptions } from "./openDatabases";
import type { RelationAccess } from "../policies/matrix";

export interface DatabaseAccess {
  readonly name: string;
  readonly tables: readonly RelationAccess[];
}

export async function projectAccess(options: OpenOptions): Promise<{ readonly databases: readonly DatabaseAccess[] }> {
  const { databases } = await openDatabases(options);
  return { databases: databases.map((database) => ({ name: database.facts.name, tables: database.accessAtHead() })) };
}
