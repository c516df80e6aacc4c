// Where a table or a column is written: from SQL to the code that declares it, else to the migration that created it; from
// code to that migration.

import type { Location } from "vscode-languageserver";
import { absolute, toLspRange, toUri } from "./convert";
import { objectAt } from "./objectAt";
import { writtenPlace } from "../drizzle/statement";
import type { ProjectDatabase } from "../project/database";
import type { Workspace } from "../project/workspace";
import type { Place, QualifiedName, Table } from "../schema/model";

/** `offset` is a UTF-16 offset of the document. */
export function definition(workspace: Workspace, file: string, offset: number): Location | null {
  const object = objectAt(workspace, file, offset);
  if (!object) return null;
  const { database, table, column } = object;
  const replayed = placeIn(replayedTable(database, table), column?.name);
  const declared = workspace.isCode(file) ? null : placeIn(database.declared()?.table(table), column?.name);
  const place = declared ?? replayed ?? (workspace.isCode(file) ? null : (column ?? table).origin);
  return place && locationOf(workspace, place);
}

function replayedTable(database: ProjectDatabase, name: QualifiedName): Table | undefined {
  const { timeline } = database.linter;
  timeline.moveTo(timeline.length);
  return timeline.view().table(name);
}

function placeIn(table: Table | undefined, column: string | undefined): Place | null {
  if (column === undefined) return table?.origin ?? null;
  return table?.columns.find(({ name }) => name === column)?.origin ?? null;
}

function locationOf(workspace: Workspace, place: Place): Location | null {
  const written = writtenPlace(place);
  const lines = workspace.lines(written.anchor.file);
  return lines && { uri: toUri(written.anchor.file), range: toLspRange(lines, absolute(written)) };
}
