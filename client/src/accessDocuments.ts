// The access matrix as Markdown, of a database or of one of its tables. The query says whose.
import { showAccessRequest, type ShowAccessParams, type ShowAccessResult } from "../../server/src/protocol";
import type { ServerConnection } from "./languageClient";
import { createShownDocuments, type ShownDocuments } from "./shownDocuments";

export function createAccessDocuments(server: ServerConnection): ShownDocuments {
  return createShownDocuments(server, "plumbline-access", async (query) => {
    const { database, table, markdown } = await server.request<ShowAccessResult>(showAccessRequest, accessParams(query));
    return { path: `/${table ?? (database || "access")} access.md`, text: markdown };
  });
}

export function accessQuery(params: ShowAccessParams): string {
  return JSON.stringify(params);
}

export function accessParams(query: string): ShowAccessParams {
  return query === "" ? {} : (JSON.parse(query) as ShowAccessParams);
}
