import type { Plan, PlanNode, PlanValue } from "./plan";

type Group = Record<string, PlanValue>;

/** What auto_explain writes before the plan. */
const before = new Set(["Query Text", "Query Parameters"]);

/** The plan as FORMAT JSON has it: the object with "Plan" in it. */
export function planValue({ root, properties }: Plan): PlanValue {
  const made = new Map<PlanNode, Group>([[root, { ...root.properties }]]);
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.children.length === 0) continue;
    made.get(node)!["Plans"] = node.children.map((child) => {
      const value: Group = { ...child.properties };
      made.set(child, value);
      open.push(child);
      return value;
    });
  }
  const entries = Object.entries(properties);
  return {
    ...Object.fromEntries(entries.filter(([name]) => before.has(name))),
    Plan: made.get(root)!,
    ...Object.fromEntries(entries.filter(([name]) => !before.has(name))),
  };
}
