// FORMAT YAML: the part of YAML that explain.c writes, and no more. Texts are quoted as in JSON, all else is bare.

import { deepest, plansOfValue, type ReadPlans } from "./planOf";
import type { PlanValue } from "../plan";
import { PlanError } from "../planError";

type Group = Record<string, PlanValue>;

/** What lines further in than `indent` belong to; `holder[name]` becomes a list or a group with the first of them. */
interface Open {
  readonly indent: number;
  readonly container: Group | PlanValue[];
}
interface Pending {
  readonly indent: number;
  readonly holder: Group;
  readonly name: string;
}

/**
 * Lines without frames.
 *
 * @throws PlanError
 */
export function readYaml(lines: readonly string[]): ReadPlans {
  const statements: PlanValue[] = [];
  const first = lines.find((line) => line.trim() !== "") ?? "";
  // auto_explain leaves the list around the statement out.
  const alone: Group = {};
  const isList = /^\s*- /.test(first);
  const open: Open[] = [{ indent: -1, container: isList ? statements : alone }];
  let pending: Pending | null = null;
  for (const line of lines) {
    if (line.trim() === "") continue;
    let indent = line.length - line.trimStart().length;
    let rest = line.trim();
    if (pending !== null && indent > pending.indent) {
      const container: Open["container"] = rest.startsWith("- ") ? [] : {};
      pending.holder[pending.name] = container;
      // Items stand behind the indentation, members of a group on it.
      open.push({ indent: indent - 1, container });
      if (open.length > deepest * 2 + 20) throw new PlanError(`This plan is nested more than ${deepest} levels deep.`);
    }
    pending = null;
    while (open.length > 1 && open.at(-1)!.indent >= indent) open.pop();
    let { container } = open.at(-1)!;
    if (rest.startsWith("- ")) {
      if (!Array.isArray(container)) throw unreadable(line);
      rest = rest.slice(2).trim();
      if (!/^[^"[:]+:/.test(rest)) {
        container.push(scalar(rest, line));
        continue;
      }
      const group: Group = {};
      container.push(group);
      open.push({ indent, container: group });
      indent += 2;
      container = group;
    }
    const member = /^([^"[:]+):(?: (.*))?$/.exec(rest);
    if (member === null || Array.isArray(container)) throw unreadable(line);
    const [, name, value = ""] = member;
    if (value.trim() === "") {
      container[name!] = [];
      pending = { indent, holder: container, name: name! };
    } else container[name!] = scalar(value.trim(), line);
  }
  return plansOfValue(isList ? statements : [alone]);
}

function scalar(text: string, line: string): PlanValue {
  if (/^["[]/.test(text)) {
    try {
      return JSON.parse(text) as PlanValue;
    } catch {
      throw unreadable(line);
    }
  }
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

function unreadable(line: string): PlanError {
  const text = line.trim();
  return new PlanError(`This is not YAML as EXPLAIN writes it, at "${text.length > 60 ? `${text.slice(0, 60)}…` : text}".`);
}
