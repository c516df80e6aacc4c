import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The page of a rule beside the server, as a file: URI that any editor can open; null where it is not shipped. */
export function createRulePages(): (rule: string) => string | null {
  const folder = join(__dirname, "..", "docs", "rules");
  const known = new Map<string, string | null>();
  return (rule) => {
    let page = known.get(rule);
    if (page === undefined) {
      const file = join(folder, `${rule}.md`);
      page = existsSync(file) ? pathToFileURL(file).href : null;
      known.set(rule, page);
    }
    return page;
  };
}
