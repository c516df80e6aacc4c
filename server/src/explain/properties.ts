// Properties of a plan by their kind: what another kind stands under is taken as not there.

import type { PlanProperties, PlanValue } from "./plan";

export function numberOf(properties: PlanProperties, name: string): number | null {
  const value = properties[name];
  return typeof value === "number" ? value : null;
}

export function textOf(properties: PlanProperties, name: string): string | null {
  const value = properties[name];
  return typeof value === "string" ? value : null;
}

/** Of a list; a text alone is a list of one. */
export function textsOf(properties: PlanProperties, name: string): readonly string[] {
  const value = properties[name];
  if (typeof value === "string") return [value];
  return isList(value) ? value.filter((each) => typeof each === "string") : [];
}

export function isTrue(properties: PlanProperties, name: string): boolean {
  return properties[name] === true;
}

export function groupOf(properties: PlanProperties, name: string): PlanProperties | null {
  const value = properties[name];
  return isGroup(value) ? value : null;
}

export function groupsOf(properties: PlanProperties, name: string): readonly PlanProperties[] {
  const value = properties[name];
  return isList(value) ? value.filter(isGroup) : [];
}

/** A value as FORMAT TEXT writes it; what is no single value, as JSON. */
export function scalarText(value: PlanValue): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

export function isList(value: PlanValue | undefined): value is readonly PlanValue[] {
  return Array.isArray(value);
}

export function isGroup(value: PlanValue | undefined): value is PlanProperties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
