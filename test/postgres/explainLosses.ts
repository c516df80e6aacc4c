// What FORMAT TEXT does not say, though FORMAT JSON does. Everything else must come back from the text.

import type { Plan, PlanNode, PlanProperties, PlanValue } from "../../server/src/explain/plan";

interface Loss {
  readonly what: string;
  readonly why: string;
  readonly lost: (name: string, value: PlanValue, of: PlanProperties, above: PlanNode | null) => boolean;
}

export const losses: readonly Loss[] = [
  { what: "Disabled: false", why: "said only where a node is disabled, so that a plan that was not run does not tell 18 from 17", lost: (name, value) => name === "Disabled" && value === false },
  { what: "Async Capable: false", why: "said only of a node that is; 13 does not know the word", lost: (name, value) => name === "Async Capable" && value === false },
  { what: "Member or Outer, of the one plan below a modification", why: "13 has a plan for each table there, and calls one alone a member too", lost: (name, value, _, above) => name === "Parent Relationship" && above?.type === "ModifyTable" && ["Member", "Outer"].includes(value as string) && above.children.filter(({ parent }) => parent === value).length === 1 },
  { what: "Inner Unique", why: "said only by VERBOSE, and only where it is so", lost: (name) => name === "Inner Unique" },
  { what: "Rows Removed by ...: 0", why: "only what was removed is told", lost: (name, value) => name.startsWith("Rows Removed by ") && value === 0 },
  { what: "I/O times and WAL of 0", why: "only what took place is told", lost: (name, value) => /^(?:(?:Shared |Local |Temp )?I\/O (?:Read|Write) Time|WAL .*)$/.test(name) && value === 0 },
  { what: "a trigger's own name and its table", why: "a constraint's trigger goes by the constraint, and the table is told only where there are several", lost: (name, _, of) => (name === "Trigger Name" && "Constraint Name" in of) || (name === "Relation" && "Calls" in of) },
  { what: "Function Name of an unnamed list of functions", why: "one word is the name or the alias", lost: (name, _, of) => name === "Function Name" && of["Function Name"] === of["Alias"] },
  { what: "Triggers: []", why: "no line is printed where none has fired", lost: (name, value) => name === "Triggers" && Array.isArray(value) && value.length === 0 },
  { what: "pages of 0", why: "only what took place is told", lost: (name, value) => /^(?:Shared|Local|Temp) \w+ Blocks$/.test(name) && value === 0 },
];

/** A group that has lost all it said is not told either: pages of planning, a worker without a line. */
export function saidInText(plan: Plan): Plan {
  return mapped(plan, (properties, above) => without(properties, (name, value, of) => losses.some((loss) => loss.lost(name, value, of, above))));
}

/** XML and YAML say all that JSON does. */
export function saidInMarkup(plan: Plan): Plan {
  return plan;
}

function without(properties: PlanProperties, lost: (name: string, value: PlanValue, of: PlanProperties) => boolean): PlanProperties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]): [string, PlanValue][] => {
      if (lost(name, value, properties)) return [];
      if (Array.isArray(value)) {
        const items = (value as PlanValue[]).map((each) => (isGroup(each) ? without(each, lost) : each)).filter((each) => !(name === "Workers" && isGroup(each) && Object.keys(each).length === 1));
        return name === "Workers" && items.length === 0 ? [] : [[name, items]];
      }
      if (!isGroup(value)) return [[name, value]];
      const inner = without(value, lost);
      return Object.keys(inner).length === 0 ? [] : [[name, inner]];
    }),
  );
}

function isGroup(value: PlanValue): value is PlanProperties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapped(plan: Plan, map: (properties: PlanProperties, above: PlanNode | null) => PlanProperties): Plan {
  const node = (each: PlanNode, above: PlanNode | null): PlanNode => ({ ...each, properties: map(each.properties, above), children: each.children.map((child) => node(child, each)) });
  return { root: node(plan.root, null), properties: map(plan.properties, null) };
}
