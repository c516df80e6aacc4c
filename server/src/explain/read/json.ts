import type { PlanValue } from "../plan";
import { PlanError } from "../planError";
import { deepest, plansOfValue, type ReadPlans } from "./planOf";

/** A node's children stand in a list of objects; what a node says of itself needs a few levels more. */
const deepestJson = deepest * 2 + 20;

/**
 * FORMAT JSON as text.
 *
 * @throws PlanError
 */
export function readJson(text: string): ReadPlans {
  const { deepest: depth, open } = nesting(text);
  if (open) throw new PlanError("This JSON is cut off: its end is missing.");
  if (depth > deepestJson) throw new PlanError(`This plan is nested more than ${deepest} levels deep.`);
  let value: PlanValue;
  try {
    value = JSON.parse(text) as PlanValue;
  } catch (error) {
    throw new PlanError(`This is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return plansOfValue(value);
}

function nesting(text: string): { readonly deepest: number; readonly open: boolean } {
  let depth = 0;
  let most = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (quoted) {
      if (character === 0x5c) i++;
      else if (character === 0x22) quoted = false;
    } else if (character === 0x22) quoted = true;
    else if (character === 0x7b || character === 0x5b) most = Math.max(most, ++depth);
    else if (character === 0x7d || character === 0x5d) depth--;
  }
  return { deepest: most, open: quoted || depth > 0 };
}
