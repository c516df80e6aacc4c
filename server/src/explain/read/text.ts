// FORMAT TEXT: a tree by its indentation. What the text leaves out because it is plain (an alias that is the name, a
// count of 0) is put in, so that it comes out as JSON would have it.

import { groupingSets, type GroupingLine } from "./groupingSets";
import { deepest, plansOfValue, type ReadPlans } from "./planOf";
import { propertiesOfTitle, targetProperties } from "./title";
import { readProperty, type Properties } from "./textProperty";
import { measured, textLines, type TextLine, type TextLines } from "./textLines";
import { noBuffers } from "./usage";
import type { PlanValue } from "../plan";
import { PlanError } from "../planError";

interface Node {
  /** Where its arrow stands, or its heading. */
  readonly column: number;
  readonly properties: Properties;
  readonly children: Properties[];
  readonly depth: number;
}

/** Lines further in than `indent` belong to it. */
interface Group {
  readonly indent: number;
  readonly into: Properties;
}

/** What somebody else says of the statement, below the tree: its lines are kept as they are. */
interface Section {
  readonly name: string;
  readonly lines: string[];
}

export interface ReadText extends ReadPlans {
  readonly cutOff: boolean;
}

/**
 * Lines without frames. Null: there is no plan in them.
 *
 * @throws PlanError
 */
export function readText(lines: readonly string[]): ReadText | null {
  const read = textLines(lines);
  return read === null ? null : new TextReader(read).read();
}

class TextReader {
  private readonly statement: Properties = {};
  private readonly all: Node[] = [];
  private readonly stack: Node[] = [];
  private readonly grouping = new Map<Node, readonly GroupingLine[]>();
  private readonly rootColumn: number;
  private readonly withCosts: boolean;
  private groups: Group[] = [];
  private heading: { readonly column: number; readonly name: string } | null = null;
  private buffers = false;
  private timed = false;
  private analyzed = false;
  private fractional = false;
  private cutOff = false;

  private section: Section | null = null;

  constructor(private readonly text: TextLines) {
    const { lines } = text;
    this.rootColumn = lines[0]!.indent;
    this.withCosts = measured.test(lines[0]!.text);
  }

  read(): ReadText {
    const { lines, queryText, queryParameters, others } = this.text;
    lines.forEach((line, i) => {
      if (i === 0) this.node(line.indent, line.text.replace(/^->\s*/, ""), i);
      else this.line(line, i);
    });
    for (const node of this.all) this.complete(node);
    const value = {
      ...(queryText === null ? {} : { "Query Text": queryText }),
      ...(queryParameters === null ? {} : { "Query Parameters": queryParameters }),
      Plan: this.all[0]!.properties,
      ...this.statement,
    };
    return { plan: plansOfValue(value).plan, others, cutOff: this.cutOff };
  }

  private line({ indent, text }: TextLine, i: number): void {
    if (indent <= this.rootColumn) this.section = null;
    if (this.section !== null) {
      this.section.lines.push(" ".repeat(indent - this.rootColumn - 2) + text);
      this.statement[this.section.name] = this.section.lines.join("\n");
      return;
    }
    const arrow = /^->\s*/.exec(text);
    if (arrow) {
      this.node(indent, text.slice(arrow[0].length), i);
      return;
    }
    if (/^(?:InitPlan|SubPlan|CTE) \S/.test(text) && !measured.test(text) && indent > this.rootColumn) {
      this.heading = { column: indent, name: text };
      return;
    }
    this.groups = this.groups.filter((group) => group.indent < indent);
    this.property(indent, text);
  }

  private node(column: number, text: string, i: number): void {
    this.groups = [];
    const start = text.search(/\((?:cost=|actual (?:time|rows)=|never executed\)$)/);
    const title = start < 0 ? text : text.slice(0, start).trimEnd();
    const [, cost, actual] = start < 0 ? [] : (/^(\(cost=[^)]*\))?\s*(\(actual [^)]*\)|\(never executed\))?/.exec(text.slice(start)) ?? []);
    if (this.withCosts && cost === undefined && actual === undefined && i === this.text.lines.length - 1) {
      this.cutOff = true;
      if (i > 0) return;
    }
    const at = this.heading?.column ?? column;
    while (this.stack.length > 0 && this.stack.at(-1)!.column >= at) this.stack.pop();
    const parent = this.stack.at(-1) ?? (this.all.length > 0 ? this.all[0]! : null);
    const properties: Properties = { ...propertiesOfTitle(title) };
    if (parent !== null) properties["Parent Relationship"] = relationship(this.heading?.name ?? null, parent);
    if (this.heading !== null) properties["Subplan Name"] = this.heading.name;
    if (cost !== undefined) Object.assign(properties, costs(cost));
    if (actual !== undefined) Object.assign(properties, this.actuals(actual));
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > deepest) throw new PlanError(`This plan is nested more than ${deepest} levels deep.`);
    const node: Node = { column, properties, children: [], depth };
    parent?.children.push(properties);
    this.all.push(node);
    this.stack.push(node);
    this.heading = null;
  }

  private actuals(text: string): Properties {
    this.analyzed = true;
    if (text.includes("never executed")) return { "Actual Rows": 0, "Actual Loops": 0 };
    const match = /(?:time=([\d.]+)\.\.([\d.]+) ?)?rows=([\d.]+) ?loops=(\d+)/.exec(text);
    // Regression tests put a letter in the place of each number.
    if (match === null) return {};
    const [, start, total, rows, loops] = match;
    if (total !== undefined) this.timed = true;
    if (rows!.includes(".")) this.fractional = true;
    return { ...(total === undefined ? {} : { "Actual Startup Time": Number(start), "Actual Total Time": Number(total) }), "Actual Rows": Number(rows), "Actual Loops": Number(loops) };
  }

  private property(indent: number, text: string): void {
    const node = this.owner(indent);
    const group = this.groups.at(-1);
    const ofStatement = group === undefined && indent <= this.rootColumn;
    const into = group?.into ?? (ofStatement ? this.statement : node.properties);
    const worker = /^Worker (\d+): {1,2}(.*)$/s.exec(text);
    if (worker) {
      this.worker(indent, node.properties, Number(worker[1]), worker[2]!);
      return;
    }
    if (ofStatement && text.startsWith("Trigger ")) {
      push(this.statement, "Triggers", triggerOf(text));
      return;
    }
    const target = /^((?:Foreign )?(?:Insert|Update|Delete|Merge)) (?=on \S)/.exec(text);
    if (target && node.properties["Node Type"] === "ModifyTable") {
      const table = targetProperties("ModifyTable", text.slice(target[0].length + "on ".length));
      push(node.properties, "Target Tables", table);
      this.groups.push({ indent, into: table });
      return;
    }
    const [, name = "", value = ""] = /^([^:]+):(?: (.*))?$/s.exec(text) ?? [];
    if (name === "") return;
    if (value === "" && ofStatement && name !== "JIT" && name !== "Planning") this.section = { name, lines: [] };
    else if (value === "" && (name === "JIT" || name === "Planning")) this.groups.push({ indent, into: inner(into, name) });
    else if (name === "Serialization") {
      const serialization = inner(into, name);
      Object.assign(serialization, serializationOf(value));
      this.groups.push({ indent, into: serialization });
    } else if (name === "Settings" && ofStatement) into[name] = settingsOf(value);
    else if (node.properties["Node Type"] === "Aggregate" && !ofStatement && group === undefined && (name === "Group Key" || name === "Hash Key" || name === "Sort Key")) this.groupingLine(node, { name, value });
    else {
      if (name === "Buffers" && !ofStatement && into !== this.statement["Planning"]) this.buffers = true;
      readProperty(name, value, into);
    }
  }

  /** The last node's, but where a line stands at the very column of an outer node's own: extensions say some behind the children. */
  private owner(indent: number): Node {
    const last = this.all.at(-1)!;
    if (indent > last.column) return last;
    return this.stack.find((node) => indent === node.column + (node === this.all[0] ? 2 : 6)) ?? last;
  }

  private worker(indent: number, properties: Properties, number: number, rest: string): void {
    const workers = (properties["Workers"] ??= []) as Properties[];
    let worker = workers.find((each) => each["Worker Number"] === number);
    if (worker === undefined) workers.push((worker = { "Worker Number": number }));
    this.groups.push({ indent, into: worker });
    if (rest.startsWith("actual ")) Object.assign(worker, this.actuals(rest));
    else this.property(indent + 1, rest);
  }

  private groupingLine(node: Node, line: GroupingLine): void {
    const lines = [...(this.grouping.get(node) ?? []), line];
    this.grouping.set(node, lines);
    // What was one key may turn out to be several.
    delete node.properties["Group Key"];
    Object.assign(node.properties, groupingSets(lines));
  }

  /** What JSON says of every node of its kind. */
  private complete(node: Node): void {
    const { properties, children } = node;
    const type = properties["Node Type"];
    if (properties["Actual Loops"] === 0 && this.timed) Object.assign(properties, { "Actual Startup Time": 0, "Actual Total Time": 0 });
    // Rows have digits after the point since 18, which says of every node whether it is disabled.
    if (this.fractional || properties["Disabled"] === true) properties["Disabled"] ??= false;
    const workers = (properties["Workers"] ?? []) as Properties[];
    if (this.buffers) for (const each of [properties, ...workers]) if (each === properties || "Actual Loops" in each) fill(each, noBuffers);
    if (type === "Gather") properties["Single Copy"] ??= false;
    if (type === "Append" || type === "Merge Append") properties["Subplans Removed"] ??= 0;
    if (type === "Aggregate" && (properties["Strategy"] === "Hashed" || properties["Strategy"] === "Mixed")) {
      if ("Total Cost" in properties) properties["Planned Partitions"] ??= 0;
      if ("Actual Loops" in properties) fill(properties, { "HashAgg Batches": 0, "Peak Memory Usage": 0, "Disk Usage": 0 });
    }
    if (type === "Bitmap Heap Scan" && this.analyzed) fill(properties, { "Exact Heap Blocks": 0, "Lossy Heap Blocks": 0 });
    if (type === "ModifyTable" && properties["Operation"] === "Merge" && this.analyzed) fill(properties, { "Tuples Inserted": 0, "Tuples Updated": 0, "Tuples Deleted": 0, "Tuples Skipped": 0 });
    // Up to 13 a modification has a plan for each of its tables.
    const plans = children.filter((child) => ["Outer", "Inner"].includes(child["Parent Relationship"] as string));
    if (type === "ModifyTable" && plans.length > 1) for (const each of plans) each["Parent Relationship"] = "Member";
    if (children.length > 0) properties["Plans"] = children;
  }
}

function costs(text: string): Properties {
  const match = /cost=([\d.]+)\.\.([\d.]+)(?: ?rows=(\d+))?(?: ?width=(\d+))?/.exec(text);
  if (match === null) return {};
  const [, start, total, rows, width] = match;
  return { "Startup Cost": Number(start), "Total Cost": Number(total), ...(rows === undefined ? {} : { "Plan Rows": Number(rows) }), ...(width === undefined ? {} : { "Plan Width": Number(width) }) };
}

const memberParents = new Set<PlanValue | undefined>(["Append", "Merge Append", "BitmapAnd", "BitmapOr"]);

function relationship(subplan: string | null, parent: Node): string {
  if (subplan !== null) return subplan.startsWith("SubPlan") ? "SubPlan" : "InitPlan";
  const type = parent.properties["Node Type"];
  if (memberParents.has(type)) return "Member";
  if (type === "Subquery Scan") return "Subquery";
  return parent.children.some((child) => child["Parent Relationship"] === "Outer") ? "Inner" : "Outer";
}

function inner(into: Properties, name: string): Properties {
  const group: Properties = {};
  into[name] = group;
  return group;
}

function push(into: Properties, name: string, value: Properties): void {
  ((into[name] ??= []) as Properties[]).push(value);
}

function fill(into: Properties, defaults: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(defaults)) into[name] ??= value;
}

/** "Trigger RI_ConstraintTrigger_c_1 for constraint fk on orders: time=0.100 calls=3" */
function triggerOf(text: string): Properties {
  const match = /^Trigger(?: (?!for constraint )(.+?))?(?: for constraint (.+?))?(?: on (.+?))?: (?:time=([\d.]+) )?calls=(\d+)$/.exec(text);
  if (match === null) return { "Trigger Name": text.slice("Trigger ".length) };
  const [, name, constraint, relation, time, calls] = match;
  return {
    ...(name === undefined ? {} : { "Trigger Name": name }),
    ...(constraint === undefined ? {} : { "Constraint Name": constraint }),
    ...(relation === undefined ? {} : { Relation: relation }),
    ...(time === undefined ? {} : { Time: Number(time) }),
    Calls: Number(calls),
  };
}

/** "work_mem = '1MB', enable_sort = 'off'" */
function settingsOf(text: string): Properties {
  return Object.fromEntries([...text.matchAll(/([\w.]+) = '((?:[^']|'(?!, [\w.]+ = '|$))*)'/g)].map((match) => [match[1]!, match[2]!]));
}

/** "time=0.100 ms  output=1kB  format=text" */
function serializationOf(text: string): Properties {
  const [, time, output, format] = /^(?:time=([\d.]+) ms {2})?output=(\d+)kB {2}format=(\w+)$/.exec(text) ?? [];
  return { ...(time === undefined ? {} : { Time: Number(time) }), ...(output === undefined ? {} : { "Output Volume": Number(output), Format: format! }) };
}
