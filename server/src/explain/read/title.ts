// From the words of FORMAT TEXT back to the properties that they stand for: what title.ts puts together.

import type { PlanValue } from "../plan";

type Properties = Record<string, PlanValue>;

const identifier = String.raw`(?:"(?:[^"]|"")*"|[^\s".(]+)`;
const targetPattern = new RegExp(String.raw`^(?:(${identifier})\.)?(${identifier})(?: (${identifier}))?$`);

/** What a node of this type works on is called so; null: it only has an alias. */
const objectNames: Readonly<Record<string, string | null>> = {
  "Function Scan": "Function Name",
  "Table Function Scan": "Table Function Name",
  "CTE Scan": "CTE Name",
  "WorkTable Scan": "CTE Name",
  "Named Tuplestore Scan": "Tuplestore Name",
  "Subquery Scan": null,
  "Values Scan": null,
};
const indexScans: ReadonlySet<string> = new Set(["Index Scan", "Index Only Scan"]);
const strategies: Readonly<Record<string, string>> = { Aggregate: "Plain", GroupAggregate: "Sorted", HashAggregate: "Hashed", MixedAggregate: "Mixed" };
const operations = new Set(["Insert", "Update", "Delete", "Merge"]);

/** "Node Type" comes first, as JSON has it. */
export function propertiesOfTitle(title: string): Properties {
  const [, async = "", parallel = "", rest = title] = /^(?=(?:Parallel )?(Async )?)(Parallel )?(?:Async )?(.*)$/s.exec(title) ?? [];
  const at = targetStart(rest);
  const name = at < 0 ? rest : rest.slice(0, at);
  const properties: Properties = { "Node Type": name, ...kindOf(name), "Parallel Aware": parallel !== "", "Async Capable": async !== "" };
  if (at >= 0) Object.assign(properties, targetProperties(properties["Node Type"] as string, rest.slice(at + " on ".length)));
  return properties;
}

/** Where " on " stands outside of quotes; a name's quotes may have it inside. */
function targetStart(title: string): number {
  let quoted = false;
  for (let i = 0; i < title.length; i++) {
    if (title[i] === '"') quoted = !quoted;
    else if (!quoted && title.startsWith(" on ", i)) return i;
  }
  return -1;
}

function kindOf(name: string): Properties {
  const aggregate = /^(?:(Partial|Finalize) )?(\w+)$/.exec(name);
  const strategy = aggregate === null ? undefined : strategies[aggregate[2]!];
  if (aggregate && strategy !== undefined) return { "Node Type": "Aggregate", Strategy: strategy, "Partial Mode": aggregate[1] ?? "Simple" };
  const join = /^(Nested Loop|Hash|Merge)(?: (Left|Right|Full|Semi|Anti|Right Semi|Right Anti))?(?: Join)?$/.exec(name);
  if (join && (name === "Nested Loop" || name.endsWith(" Join"))) return { "Node Type": join[1] === "Nested Loop" ? name.replace(/ Loop.*/, " Loop") : `${join[1]!} Join`, "Join Type": join[2] ?? "Inner" };
  const set = /^(Hash)?SetOp(?: (.+))?$/.exec(name);
  if (set) return { "Node Type": "SetOp", Strategy: set[1] === undefined ? "Sorted" : "Hashed", ...(set[2] === undefined ? {} : { Command: set[2] }) };
  if (operations.has(name)) return { "Node Type": "ModifyTable", Operation: name };
  if (name === "Foreign Scan") return { Operation: "Select" };
  const foreign = /^Foreign (Insert|Update|Delete)$/.exec(name);
  if (foreign) return { "Node Type": "Foreign Scan", Operation: foreign[1]! };
  const custom = /^Custom Scan \((.+)\)$/s.exec(name);
  if (custom) return { "Node Type": "Custom Scan", "Custom Plan Provider": custom[1]! };
  const index = /^(Index(?: Only)? Scan)( Backward)? using (.+)$/s.exec(name);
  if (index && indexScans.has(index[1]!)) return { "Node Type": index[1]!, "Scan Direction": index[2] === undefined ? "Forward" : "Backward", "Index Name": unquoted(index[3]!) };
  return {};
}

/** What stands behind " on "; nothing where it is not a name. */
export function targetProperties(type: string, target: string): Properties {
  if (type === "Bitmap Index Scan") return { "Index Name": unquoted(target) };
  const match = targetPattern.exec(target.trim());
  if (match === null) return {};
  const [, schema, object, alias] = match;
  const name = objectNames[type];
  if (name === null) return { Alias: unquoted(object!) };
  return { [name ?? "Relation Name"]: unquoted(object!), ...(schema === undefined ? {} : { Schema: unquoted(schema) }), Alias: unquoted(alias ?? object!) };
}

/** The name that a quoted one stands for. */
function unquoted(name: string): string {
  return name.startsWith('"') && name.endsWith('"') && name.length > 1 ? name.slice(1, -1).replaceAll('""', '"') : name;
}
