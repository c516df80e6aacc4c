import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Beside the bundle's folder, or from the sources. */
const folders = [join(__dirname, "..", "docs", "rules"), join(__dirname, "..", "..", "..", "docs", "rules")];

/** The page of a rule beside the server, as a file: URI that any editor can open; null where it is not shipped. */
export function createRulePages(): (rule: string) => string | null {
  const known = new Map<string, string | null>();
  return (rule) => {
    let page = known.get(rule);
    if (page === undefined) {
      const file = folders.map((folder) => join(folder, `${rule}.md`)).find((candidate) => existsSync(candidate));
      page = file === undefined ? null : pathToFileURL(file).href;
      known.set(rule, page);
    }
    return page;
  };
}
