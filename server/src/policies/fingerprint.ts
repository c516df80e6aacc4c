import { walk } from "../sql/walk";

/** A text that two trees have in common if they say the same, wherever they are written. */
export function fingerprint(node: unknown): string {
  const out: string[] = [];
  walk(node, (kind, value) => {
    out.push(kind);
    for (const [field, each] of Object.entries(value)) {
      if (field === "location" || field.endsWith("_start") || field.endsWith("_end") || field === "rexpr_list_start") continue;
      if (typeof each !== "object") out.push(`${field}=${JSON.stringify(each)}`);
      // How many there are tells which of the nodes that follow are whose.
      else if (each !== null) out.push(Array.isArray(each) ? `${field}*${each.length}` : field);
    }
  });
  return out.join(" ");
}
