// How much memory a step would have needed, and what to write for it.

import { groupOf, textOf } from "../../properties";
import type { FindingContext } from "../finding";

/** A setting in steps that people write, in kilobytes: the next power of two of megabytes, from 4 MB. */
export function workMemText(kilobytes: number): string {
  let megabytes = 4;
  while (megabytes * 1024 < kilobytes) megabytes *= 2;
  return megabytes >= 1024 ? `${megabytes / 1024}GB` : `${megabytes}MB`;
}

/** More than this for each step of each connection is not given lightly: 1 GB, in kilobytes. */
export const tooMuch = 1024 * 1024;

/** hash_mem_multiplier: how many times work_mem a hash may take. As the plan's settings have it, else its default, which was 1 before 15. */
export function hashMultiplier({ plan, postgres }: Pick<FindingContext, "plan" | "postgres">): number {
  const set = Number(textOf(groupOf(plan.properties, "Settings") ?? {}, "hash_mem_multiplier") ?? Number.NaN);
  if (!Number.isNaN(set)) return set;
  return postgres !== null && postgres < 15 ? 1 : 2;
}
