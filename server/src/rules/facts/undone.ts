// What a version's way down makes of what the version did: the schema before it, after it, and after both, part by part.

import { functionPrefix, relationPrefix, schemaPrefix, temporarySchema, typePrefix } from "../../schema/keys";
import type { Column, Constraint, Expression, Function, Index, Place, Policy, QualifiedName, Relation, Schema, Table, Trigger, Type, View } from "../../schema/model";
import type { Effect } from "../../schema/timeline";
import { qualified } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Statement } from "../../sql/statement";
import type { VersionContext } from "../rule";
import { display, written } from "../wording";

export interface Difference {
  /** Made by the version and still there; taken by it and not given back; taken by the way down alone; there, but not as it was. */
  readonly what: "left" | "lost" | "destroyed" | "changed";
  readonly part: Part;
  /** For `changed`: the same part as it was before, and as it is after the way down. */
  readonly was: Part | null;
  /** The statement to blame: of the version, for `destroyed` of the way down. */
  readonly statement: Statement;
}

/** An object, or a part of a table, as far as it can be compared. */
export interface Part {
  /** As a message calls it: `column orders.note`. */
  readonly label: string;
  readonly object: string;
  readonly name: string;
  /** Each property with what a message says of it (`NOT NULL`): equal ones are the same. */
  readonly facets: ReadonlyMap<string, string>;
  /** Properties that are texts: two of them may say the same in other words. */
  readonly texts: ReadonlyMap<string, string>;
  readonly createdIn: string | null;
  readonly origin: Place | null;
  /** The statement that drops it. */
  readonly drop: string;
  /** What an attempt to make it once more fails with. */
  readonly again: string;
  /** A state of its object that nobody creates: an enum's label, row-level security. */
  readonly isState: boolean;
}

/** Parts by a name of their own within their object; the object itself is the one without a name. */
type Parts = ReadonlyMap<string, Part>;

export function differences({ up, down, version }: Pick<VersionContext, "up" | "down" | "version">): readonly Difference[] {
  const found: Difference[] = [];
  for (const [key, { before, after, undone }] of values(up, down)) {
    const was = partsOf(before);
    const made = partsOf(after);
    const is = partsOf(undone);
    // What the history never created was there before, as far as it is known.
    const overloads = key.startsWith(functionPrefix);
    // A partition that a function made, for one: its indexes may go with those of a parent that nothing tells of.
    const assumed = is.get("")?.createdIn === null;
    const wholeBefore = overloads || was.has("") || assumed;
    const wholeIs = overloads || is.has("");
    const blame = (effects: readonly Effect[], name: string, differs: (part: Part | undefined, next: Part | undefined) => boolean): Statement | undefined =>
      effects.find(({ writes }) => writes.some((write) => write.key === key && differs(partsOf(write.before).get(name), partsOf(write.after).get(name))))?.statement;
    const gone = (part: Part | undefined, next: Part | undefined): boolean => part !== undefined && next === undefined;
    for (const name of new Set([...was.keys(), ...made.keys(), ...is.keys()])) {
      // A part goes and comes with the whole.
      if (name !== "" && (!wholeBefore || !wholeIs || (assumed && name.startsWith("index ")))) continue;
      const [old, middle, last] = [was.get(name), made.get(name), is.get(name)];
      const add = (what: Difference["what"], part: Part, statement: Statement | undefined): void => {
        if (statement) found.push({ what, part, was: old ?? null, statement });
      };
      if (!old && middle && last && (middle.isState || middle.createdIn === version.id)) {
        add("left", last, blame(up, name, (part, next) => part === undefined && next !== undefined));
      } else if (old && !last) {
        if (middle) add("destroyed", old, blame(down, name, gone));
        else add("lost", old, blame(up, name, gone));
      } else if (old && last && isChanged(old, middle, last)) {
        add("changed", last, blame(up, name, (part, next) => part !== undefined && (next === undefined || changedFacets(part, next).length > 0 || !sameTexts(part, next))));
      }
    }
  }
  return withoutRenamed(found);
}

/** What each key held before the version, after it, and after the way down. */
function values(up: readonly Effect[], down: readonly Effect[]): ReadonlyMap<string, { readonly before: unknown; readonly after: unknown; readonly undone: unknown }> {
  const found = new Map<string, { before: unknown; after: unknown; undone: unknown }>();
  for (const [effects, way] of [[up, "up"], [down, "down"]] as const) {
    for (const { writes } of effects) {
      for (const { key, before, after } of writes) {
        if (!isCompared(key)) continue;
        const known = found.get(key);
        if (known) Object.assign(known, way === "up" ? { after, undone: after } : { undone: after });
        else found.set(key, { before, after: way === "up" ? after : before, undone: after });
      }
    }
  }
  return found;
}

function isChanged(old: Part, middle: Part | undefined, last: Part): boolean {
  return changedFacets(old, last).length > 0 || changedTexts(old, middle, last).length > 0;
}

/** The names of texts that the way down left as the version had made them, or out where it made the part again. */
function changedTexts(old: Part, middle: Part | undefined, last: Part): readonly string[] {
  return [...last.texts.keys()].filter((name) => last.texts.get(name) !== old.texts.get(name) && last.texts.get(name) === (middle ? middle.texts.get(name) : ""));
}

/** The names of the properties that differ. */
export function changedFacets(old: Part, last: Part): readonly string[] {
  return [...new Set([...old.facets.keys(), ...last.facets.keys()])].filter((name) => old.facets.get(name) !== last.facets.get(name));
}

/** What comes back under another name was not lost: a part of the same table with the same properties is there. */
function withoutRenamed(found: readonly Difference[]): readonly Difference[] {
  const isAlias = (one: Difference, other: Difference): boolean =>
    other.what === "left" && one.part.object === other.part.object && one.part.facets.size > 0 && changedFacets(one.part, other.part).length === 0 && sameTexts(one.part, other.part);
  // A view that stays as it was made has its new columns too.
  const isSaid = (part: Part): boolean => found.some((other) => other.what === "changed" && /view /.test(other.part.label) && part.object.startsWith(`${other.part.object}.`));
  return found.filter((each) => (each.what !== "lost" || !found.some((other) => isAlias(each, other))) && !isSaid(each.part));
}

const sameTexts = (one: Part, other: Part): boolean => [...one.texts].every(([name, text]) => other.texts.get(name) === text);

const memo = new WeakMap<object, Parts>();
const none: Parts = new Map();

/** Of what stands under one key: a relation, a type, a schema, or all functions of one name. */
function partsOf(value: unknown): Parts {
  if (typeof value !== "object" || value === null) return none;
  let parts = memo.get(value);
  if (!parts) {
    parts = Array.isArray(value) ? functionsOf(value as readonly Function[]) : "kind" in value ? objectParts(value as Relation | Type | Schema) : none;
    memo.set(value, parts);
  }
  return parts;
}

function isCompared(key: string): boolean {
  return [relationPrefix, typePrefix, functionPrefix, schemaPrefix].some((prefix) => key.startsWith(prefix));
}

function objectParts(value: Relation | Type | Schema): Parts {
  switch (value.kind) {
    case "table":
      return value.persistence === "temporary" || value.schema === temporarySchema ? none : tableParts(value);
    case "view":
      return value.schema === temporarySchema
        ? none
        : new Map([
            ["", whole(value, value.materialized ? "materialized view" : "view", "42P07", {}, { definition: squeezed(value.definition.text) })],
            ...value.columns.map((column): [string, Part] => [`column ${column}`, viewColumnPart(value, column)]),
            ...value.indexes.map((index): [string, Part] => [`index ${index.name}`, indexPart(value, index)]),
          ]);
    case "sequence":
      return value.implicit || value.schema === temporarySchema ? none : new Map([["", whole(value, "sequence", "42P07", { type: value.type }, {})]]);
    case "enum":
      return new Map([["", whole(value, "type", "42710", {}, {})], ...value.labels.map((label): [string, Part] => [`label ${label}`, labelPart(value, label)])]);
    case "domain":
      return new Map([["", whole(value, "domain", "42710", { type: value.type.text, "NOT NULL": value.notNull ? "NOT NULL" : "nullable" }, {})]]);
    case "composite":
    case "range":
      return new Map([["", whole(value, "type", "42710", {}, {})]]);
    case "schema":
      return new Map([["", { ...whole({ ...value, schema: "" }, "schema", "42P06", {}, {}), object: value.name }]]);
    case "index":
      return none;
  }
}

type Words = Readonly<Record<string, string>>;

function whole(value: QualifiedName & { readonly createdIn: string | null; readonly origin: Place | null }, word: string, again: string, facets: Words, texts: Words): Part {
  return {
    label: `${word} ${display(value)}`,
    object: qualified(value),
    name: value.name,
    facets: new Map(Object.entries(facets)),
    texts: new Map(Object.entries(texts)),
    createdIn: value.createdIn,
    origin: value.origin,
    drop: `DROP ${word.toUpperCase()} ${written(value)}`,
    again,
    isState: false,
  };
}

function tableParts(table: Table): Parts {
  const parts = new Map<string, Part>([["", whole(table, "table", "42P07", {}, {})]]);
  for (const column of table.columns) if (!column.inherited) parts.set(`column ${column.name}`, columnPart(table, column));
  for (const constraint of table.constraints) if (!constraint.inherited && constraint.kind !== "not null") parts.set(`constraint ${constraint.name}`, constraintPart(table, constraint));
  for (const index of table.indexes) if (index.parent === null) parts.set(`index ${index.name}`, indexPart(table, index));
  for (const policy of table.policies) parts.set(`policy ${policy.name}`, policyPart(table, policy));
  for (const trigger of table.triggers) parts.set(`trigger ${trigger.name}`, triggerPart(table, trigger));
  if (table.rls.enabled) {
    const state = { name: table.name, createdIn: null, origin: null };
    const part = partOf(table, "row-level security", state, `ALTER TABLE ${written(table)} DISABLE ROW LEVEL SECURITY`, "", {}, {});
    parts.set("row-level security", { ...part, label: `row-level security of ${display(table)}`, isState: true });
  }
  return parts;
}

function partOf(owner: QualifiedName, word: string, part: { readonly name: string; readonly createdIn: string | null; readonly origin: Place | null }, drop: string, again: string, facets: Words, texts: Words): Part {
  return {
    label: `${word} ${word === "column" ? `${display(owner)}.${part.name}` : part.name}`,
    object: `${qualified(owner)}${word === "column" ? `.${part.name}` : ""}`,
    name: part.name,
    facets: new Map(Object.entries(facets)),
    texts: new Map(Object.entries(texts)),
    createdIn: part.createdIn,
    origin: part.origin,
    drop,
    again,
    isState: false,
  };
}

function columnPart(table: Table, column: Column): Part {
  const facets: Words = {
    type: column.type.text,
    "NOT NULL": column.notNull ? "NOT NULL" : "nullable",
    identity: column.identity === null ? "no identity column" : `GENERATED ${column.identity.toUpperCase()} AS IDENTITY`,
    generated: column.generated === null ? "not generated" : "generated",
  };
  const texts: Words = { default: column.default === null ? "" : withoutCasts(squeezed(column.default.text)) };
  return partOf(table, "column", column, `ALTER TABLE ${written(table)} DROP COLUMN ${quoteIdentifier(column.name)}`, "42701", facets, texts);
}

function constraintPart(table: Table, constraint: Constraint): Part {
  const facets: Record<string, string> = { kind: `a ${constraint.kind} constraint` };
  if (constraint.kind === "primary key" || constraint.kind === "unique") facets["columns"] = `on ${constraint.columns.join(", ")}`;
  if (constraint.kind === "foreign key") {
    facets["columns"] = `from ${constraint.columns.join(", ")} to ${display(constraint.references)}`;
    facets["ON DELETE"] = `ON DELETE ${constraint.onDelete.toUpperCase()}`;
    facets["ON UPDATE"] = `ON UPDATE ${constraint.onUpdate.toUpperCase()}`;
  }
  const texts: Words = constraint.kind === "check" ? { expression: squeezed(constraint.expression.text) } : {};
  return partOf(table, "constraint", constraint, `ALTER TABLE ${written(table)} DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`, "42710", facets, texts);
}

function indexPart(owner: QualifiedName, index: Index): Part {
  const elements = index.elements.map(({ column, order }) => `${column ?? "(…)"}${order === "desc" ? " DESC" : ""}`);
  const facets: Words = { method: `of method ${index.method}`, unique: index.unique ? "UNIQUE" : "not unique", columns: `on ${[...elements, ...index.include].join(", ")}` };
  const expressions = index.elements.map(({ expression }) => squeezed(expression?.text ?? "")).join(" ");
  const texts: Words = { predicate: index.where === null ? "" : squeezed(index.where.text), expression: expressions };
  return partOf(owner, "index", index, `DROP INDEX ${written({ schema: owner.schema, name: index.name })}`, "42P07", facets, texts);
}

function policyPart(table: Table, policy: Policy): Part {
  const facets: Words = { command: `for ${policy.command}`, roles: `for ${[...policy.roles].sort().join(", ")}`, kind: policy.permissive ? "permissive" : "restrictive" };
  const text = (expression: Expression | null): string => (expression === null ? "" : squeezed(expression.text));
  return partOf(table, "policy", policy, `DROP POLICY ${quoteIdentifier(policy.name)} ON ${written(table)}`, "42710", facets, { using: text(policy.using), "with check": text(policy.withCheck) });
}

function triggerPart(table: Table, trigger: Trigger): Part {
  const facets: Words = { timing: `fired ${trigger.timing} ${[...trigger.events].sort().join(" or ")}`, function: `calling ${display(trigger.function)}` };
  return partOf(table, "trigger", trigger, `DROP TRIGGER ${quoteIdentifier(trigger.name)} ON ${written(table)}`, "42710", facets, {});
}

/** A view's columns follow what it reads: their order, where it reads all of them, is not worth a word. */
function viewColumnPart(view: View, column: string): Part {
  return { ...partOf(view, "column", { name: column, createdIn: null, origin: null }, "", "", {}, {}), isState: true };
}

function labelPart(type: Extract<Type, { kind: "enum" }>, label: string): Part {
  const part = partOf(type, "label", { name: label, createdIn: null, origin: null }, "", "42710", {}, {});
  return { ...part, label: `label '${label}' of ${display(type)}`, isState: true };
}

function functionsOf(routines: readonly Function[]): Parts {
  return new Map(
    routines.map((routine): [string, Part] => {
      const signature = `${written(routine)}(${routine.arguments.join(", ")})`;
      const part = whole(routine, routine.kind, "42723", { returns: `returning ${routine.returns ?? "nothing"}` }, { definition: squeezed(routine.definition.text) });
      return [`(${routine.arguments.join(", ")})`, { ...part, drop: `DROP ${routine.kind.toUpperCase()} ${signature}` }];
    }),
  );
}

/** White space and OR REPLACE make no other object. */
function squeezed(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/^\s*create or replace /i, "CREATE ")
    .trim();
}

/** A change of type and back leaves a cast behind, and the same value. */
function withoutCasts(text: string): string {
  return text.replace(/(?:::[\w ".]+(?:\(\d+\))?(?:\[\])?)+$/, "");
}
