// The replayed schema as SQL, one document a database. The query says whose schema it is.
import { showSchemaRequest, type ShowSchemaParams, type ShowSchemaResult } from "../../server/src/protocol";
import type { ServerConnection } from "./languageClient";
import { createShownDocuments, type ShownDocuments } from "./shownDocuments";

export function createSchemaDocuments(server: ServerConnection): ShownDocuments {
  return createShownDocuments(server, "plumbline-schema", async (source) => {
    const params: ShowSchemaParams = source ? { uri: source } : {};
    const { database, sql } = await server.request<ShowSchemaResult>(showSchemaRequest, params);
    return { path: `/${database || "schema"}.sql`, text: sql };
  });
}
