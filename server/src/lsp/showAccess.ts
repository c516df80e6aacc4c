import { toFile } from "./convert";
import { nameAt, viewsAround } from "./nameAt";
import type { Workspaces } from "./workspaces";
import { accessMarkdown } from "../policies/accessMarkdown";
import { filterAccess } from "../policies/matrix";
import type { ProjectDatabase } from "../project/database";
import type { Workspace } from "../project/workspace";
import type { ShowAccessParams, ShowAccessResult } from "../protocol";
import { qualified } from "../schema/view";

/** Who may do what with which rows, at the head of the history that a document belongs to: of the table at a position, or of all. */
export async function showAccess(workspaces: Workspaces, params: ShowAccessParams): Promise<ShowAccessResult> {
  const file = params.uri === undefined ? null : toFile(params.uri);
  const workspace = file === null ? (await workspaces.all())[0] : await workspaces.of(file);
  const database = (file === null ? undefined : workspace?.database(file)) ?? workspace?.databases[0];
  if (!database) return { database: "", table: null, markdown: "No migrations were found in this workspace.\n" };
  const asked = params.table ?? (workspace && file !== null && params.position ? tableAt(workspace, database, file, params.position) : null);
  const { tables, unknown } = filterAccess(database.accessAtHead(), { table: asked, role: null });
  const title = `# Who reaches which rows: ${unknown === null && asked !== null ? asked : database.facts.name}\n\nAs the migrations leave it, pending ones included.\n`;
  // A table that is gone at the head has nothing to show.
  if (unknown !== null) return { database: database.facts.name, table: null, markdown: `${title}\n${accessMarkdown(database.accessAtHead(), 2)}` };
  return { database: database.facts.name, table: asked, markdown: `${title}\n${tables.length === 0 ? "There are no tables.\n" : accessMarkdown(tables, 2)}` };
}

function tableAt(workspace: Workspace, database: ProjectDatabase, file: string, position: { readonly line: number; readonly character: number }): string | null {
  const offset = workspace.document(file)?.lines.offsetAt(position);
  const statement = offset === undefined ? null : workspace.statementAt(file, offset);
  const at = statement && offset !== undefined ? nameAt(statement, offset) : null;
  if (!statement || !at) return null;
  for (const view of viewsAround(database, statement)) {
    const relation = view.relation(view.resolve({ schema: at.qualifier, name: at.name }));
    if (relation?.kind === "table" || relation?.kind === "view") return qualified(relation);
  }
  return null;
}
