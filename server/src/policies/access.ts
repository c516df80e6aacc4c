// Who reaches which rows of a table or a view by which statement: privileges, ownership and policies together, as Postgres
// puts them (ExecCheckPermissions, get_row_security_policies, and rewriteHandler.c for views).

import { parts, termsOf, unreadable, type Condition } from "./condition";
import { isAlwaysTrue, isNeverTrue } from "./decide";
import { asked, commands, rowsOfAll, type Asked, type Command, type RowRule, type Rows, type StatementKind } from "./effective";
import { nothingKnown, type Facts } from "./evaluate";
import { askerOf, mayUse, owns, privilegeOn, type Asker, type Privilege, type Server } from "./privileges";
import { rowFacts } from "./rowFacts";
import { viewQuery } from "./viewQuery";
import type { Expression, QualifiedName, Table, View } from "../schema/model";
import { isOn } from "../schema/apply/others";
import type { TrackedView } from "../schema/keys";
import { qualified, type SchemaView } from "../schema/view";
import type { ParsedStatement } from "../sql/statement";

export type AccessRows = "none" | "own" | "all" | "unknown";

export interface AccessCell {
  /** `public`: every role without privileges of its own. */
  readonly role: string;
  readonly command: Command;
  /** Those that exist for SELECT, UPDATE and DELETE, new ones for INSERT; `own`: those that `using` or `check` is true for. */
  readonly rows: AccessRows;
  /** What the rows that it finds fulfil; null where nothing is asked. */
  readonly using: string | null;
  /** What the rows that it writes fulfil. */
  readonly check: string | null;
  readonly reason: string;
}

export interface AccessWorld extends Server {
  readonly view: Pick<SchemaView, "role" | "schema" | "relation" | "functions" | "privilegesUnread"> & Pick<TrackedView, "others">;
  readonly condition: (expression: Expression) => Condition;
  readonly parse: (text: string) => ParsedStatement;
}

/** `label`: what a role is called; null stands for the one that runs the history. */
export function accessCells(world: AccessWorld, relation: Table | View, roles: readonly (string | null)[], label: (role: string | null) => string): readonly AccessCell[] {
  return roles.flatMap((role) => {
    const asker = askerOf(world, role);
    return commands.map((command) => ({ role: label(role), command, ...cellOf(world, relation, asker, command) }));
  });
}

type Cell = Omit<AccessCell, "role" | "command">;

function cellOf(world: AccessWorld, relation: Table | View, asker: Asker, command: Command): Cell {
  const used = mayUse(world, asker, relation.schema);
  if (used === false) return none(`It has no USAGE on schema ${relation.schema}.`);
  const answer = (reads: boolean): Cell => {
    const cell = cellFor(world, command, wayTo(world, relation, { asker, session: asker }, command, reads));
    return used === null && cell.rows !== "none" ? { ...cell, rows: "unknown", reason: `Schema ${relation.schema} was there before the history, which does not tell who has USAGE on it. ${cell.reason}` } : cell;
  };
  if (command !== "update" && command !== "delete") return answer(false);
  const [cell, bare] = [answer(true), answer(false)];
  const word = command.toUpperCase();
  // Without WHERE and RETURNING a statement reads no row, and needs neither SELECT nor its policies.
  if (cell.rows === "none" && bare.rows !== "none") return { ...bare, reason: `Only by ${word} without WHERE and RETURNING. ${bare.reason}` };
  if (bare.rows === cell.rows && bare.using === cell.using) return cell;
  if (cell.rows === "unknown" || cell.rows === "none" || bare.rows === "none") return cell;
  const wider = bare.rows === "all" ? "all rows" : bare.rows === "own" ? `rows where ${bare.using ?? ""}` : "rows of which more cannot be told";
  return { ...cell, reason: `${cell.reason} ${word} without WHERE and RETURNING reaches ${wider}: the SELECT policies do not hold for it.` };
}

const none = (reason: string): Cell => ({ rows: "none", using: null, check: null, reason });

/** Whose rights count at a relation, and who has sent the query. */
interface Who {
  readonly asker: Asker;
  readonly session: Asker;
}

type Way =
  | { readonly way: "closed"; readonly reason: string }
  /** `passage`: what is certain of it all the same. */
  | { readonly way: "unclear"; readonly reason: string; readonly passage: Passage | null }
  | { readonly way: "open"; readonly reason: ""; readonly passage: Passage }
  /** To several relations: columns of one name are not the same there. */
  | { readonly way: "joined"; readonly using: string; readonly reason: string };

interface Passage {
  readonly found: Gate;
  readonly written: Gate;
  readonly facts: Facts;
  /** Why no policy is asked. */
  readonly free: string | null;
  readonly notes: readonly string[];
}

interface Gate {
  readonly rules: readonly RowRule[];
  /** Of the views on the way. */
  readonly wheres: readonly Expression[];
}

const noGate: Gate = { rules: [], wheres: [] };
const rulesOnly = (rules: readonly RowRule[]): Gate => ({ rules, wheres: [] });
const open = (facts: Facts, free: string, notes: readonly string[]): Way => ({ way: "open", reason: "", passage: { found: noGate, written: noGate, facts, free, notes } });

function cellFor(world: AccessWorld, command: Command, way: Way): Cell {
  if (way.way === "closed") return none(way.reason);
  if (way.way === "joined") return { rows: "own", using: way.using, check: null, reason: way.reason };
  if (way.passage === null) return { rows: "unknown", using: null, check: null, reason: way.reason };
  const { passage } = way;
  const through = (gate: Gate): Rows => rowsOfAll(gate.rules, world.condition, passage.facts, gate.wheres);
  const found = command === "insert" ? null : through(passage.found);
  const written = command === "insert" || command === "update" ? through(passage.written) : null;
  const blocked = found?.rows === "none" ? passage.found : written?.rows === "none" ? passage.written : null;
  if (blocked) return none(sentence([whyNone(world, blocked, command, passage.facts), ...passage.notes]));
  const text = (rows: Rows | null, { rules, wheres }: Gate): string | null => (rows === null || rules.length + wheres.length === 0 ? null : rows.rows === "some" ? rows.where : "true");
  const rows = (found ?? written)?.rows === "all" ? "all" : "own";
  const gates = [...(found ? passage.found.rules : []), ...(written ? passage.written.rules : [])];
  const reason = sentence([...(passage.free === null ? [policiesText(world, gates, passage.facts)] : [passage.free]), ...passage.notes]);
  const shown = { using: text(found, passage.found), check: text(written, passage.written) };
  return way.way === "unclear" ? { rows: "unknown", ...shown, reason: `${way.reason} ${reason}`.trim() } : { rows, ...shown, reason };
}

const sentence = (parts: readonly string[]): string => parts.filter((part) => part !== "").join(" ");

function whyNone({ condition }: AccessWorld, { rules, wheres }: Gate, command: Command, facts: Facts): string {
  for (const rule of rules) {
    if (rule.permissive.length === 0) return `Row-level security is on, and no permissive policy allows it${rule.command === command ? "" : ` to ${rule.command.toUpperCase()}, as it must to find them`}.`;
    const permissive: Condition = { form: "or", of: rule.permissive.map((part) => condition(part.expression)) };
    if (isNeverTrue(permissive, facts)) return `${capital(listed("policy", rule.permissive))} ${distinctNames(rule.permissive).length === 1 ? "is" : "are"} true for no row.`;
    const barring = rule.restrictive.filter((part) => isNeverTrue(condition(part.expression), facts));
    if (barring.length > 0) return `Restrictive ${listed("policy", barring)} ${barring.length === 1 ? "lets" : "let"} no row through.`;
  }
  return `No row fulfils all that is asked: ${[...new Set(rules.flatMap((rule) => [...rule.permissive, ...rule.restrictive]).map((part) => part.policy.name))].join(", ")}${wheres.length > 0 ? " and the view's WHERE" : ""}.`;
}

function policiesText({ condition }: AccessWorld, rules: readonly RowRule[], facts: Facts): string {
  const permissive = rules.flatMap((rule) => rule.permissive);
  const restrictive = rules.flatMap((rule) => rule.restrictive).filter((part) => !isAlwaysTrue(condition(part.expression), facts));
  const always = permissive.filter((part) => isAlwaysTrue(condition(part.expression), facts));
  const both = restrictive.length === 0 ? "" : `, and restrictive ${listed("policy", restrictive)}`;
  if (permissive.length === 0) return "";
  if (always.length > 0 && rules.every((rule) => rule.permissive.some((part) => always.includes(part)))) return `${capital(listed("policy", always))} ${distinctNames(always).length === 1 ? "is" : "are"} true for every row${both}.`;
  return `${capital(listed("policy", permissive))}${both}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const distinctNames = (of: RowRule["permissive"]): readonly string[] => [...new Set(of.map((part) => part.policy.name))];
const namesOf = (of: RowRule["permissive"]): string => distinctNames(of).join(", ");
const listed = (word: "policy", of: RowRule["permissive"]): string => `${distinctNames(of).length === 1 ? word : "policies"} ${namesOf(of)}`;

/** `reads`: the statement names columns in WHERE or RETURNING, as most do. */
function wayTo(world: AccessWorld, relation: Table | View, who: Who, command: Command, reads: boolean, behindView = false): Way {
  const needed = command === "select" || !reads ? [command] : ([command, "select"] as const);
  const unread = who.asker.exempt !== "superuser" && relation.createdIn !== null && world.view.privilegesUnread(relation);
  if (unread) return { way: "unclear", reason: `SQL that a migration makes at run time may have changed the privileges or policies of ${qualified(relation)}.`, passage: null };
  const rule = command === "select" ? undefined : world.view.others().find((other) => other.type === "rule" && isOn(other, relation) && new RegExp(`\\bon\\s+${command}\\b`, "i").test(other.definitions[0]?.text ?? ""));
  if (rule) return { way: "unclear", reason: `Rule ${rule.name} rewrites it.`, passage: null };
  const privileges = needed.map((each) => ({ each, privilege: privilegeOn(world, who.asker, relation, each) }));
  const lacking = privileges.find(({ privilege }) => privilege.has === "none");
  if (lacking) return { way: "closed", reason: lacking.each === command && who.asker === who.session ? "No GRANT gives it the privilege." : `${subject(who)} has no ${lacking.each.toUpperCase()} privilege on ${relation.schema}.${relation.name}.` };
  const notes = privileges.flatMap(({ each, privilege }) => columnsNote(each, privilege));
  const inner = relation.kind === "table" ? tableWay(world, relation, who, command, reads, notes) : viewWay(world, relation, who, command, reads, notes);
  const unclear = privileges.flatMap(({ privilege }) => (privilege.has === "unknown" ? [privilege.why] : privilege.has === "columns" && behindView ? [`it has privileges on some columns of ${qualified(relation)} alone, and the view may read others`] : []))[0];
  if (unclear === undefined || inner.way === "closed") return inner;
  return { way: "unclear", reason: `${capital(unclear)}.`, passage: relation.createdIn === null || inner.way === "joined" ? null : inner.passage };
}

/** Behind a view it is the view's owner who asks. */
const subject = ({ asker, session }: Who): string => (asker === session ? "It" : `The view's owner${asker.name === null ? "" : ` ${asker.name}`}`);

function columnsNote(command: Command, privilege: Privilege): readonly string[] {
  return privilege.has === "columns" ? [`${command.toUpperCase()} is granted on ${privilege.columns.length === 1 ? "column" : "columns"} ${privilege.columns.join(", ")} alone.`] : [];
}

const kinds = {
  select: ["select", "select"],
  insert: ["insert", "insert"],
  update: ["update", "update of what it reads"],
  delete: ["delete", "delete of what it reads"],
} as const satisfies Readonly<Record<Command, readonly [StatementKind, StatementKind]>>;

function tableWay(world: AccessWorld, table: Table, who: Who, command: Command, reads: boolean, notes: readonly string[]): Way {
  const facts = rowFacts(table);
  const free = whyFree(world, table, who);
  const exempt = who.asker.exempt !== null;
  const rules = asked(table, who.asker.roles, kinds[command][reads ? 1 : 0]);
  const forced = free === null && owns(world, who.asker, table) ? ["Row-level security is forced on the owner too; only a superuser or a role with BYPASSRLS is exempt."] : [];
  const passage: Passage = free === null ? { found: rulesOnly(rules.filter), written: rulesOnly(rules.written), facts, free, notes: [...forced, ...notes] } : { found: noGate, written: noGate, facts, free, notes };
  if (!table.complete && !exempt) return { way: "unclear", reason: `Not all of ${table.schema}.${table.name} is known: a statement about it could not be read, or it was there before the history.`, passage: null };
  if (free !== null) return { way: "open", reason: "", passage };
  const obstacle = obstacleOf(world, rules, who, new Set([qualified(table)]));
  if (obstacle !== null && obstacle.way === "closed") return obstacle;
  const unread = [...rules.filter, ...rules.written].flatMap((rule) => [...rule.permissive, ...rule.restrictive]).find((part) => world.condition(part.expression) === unreadable);
  if (unread) return { way: "unclear", reason: `Policy ${unread.policy.name} could not be read.`, passage };
  return obstacle === null ? { way: "open", reason: "", passage } : { way: "unclear", reason: obstacle.reason, passage };
}

/** Why no policy holds; null: they do. */
function whyFree(world: AccessWorld, table: Table, who: Who): string | null {
  const { asker } = who;
  if (asker.exempt === "superuser") return `${subject(who)} is a superuser${asker.exemptBy === null ? "" : `: ${asker.exemptBy}`}.`;
  if (!table.rls.enabled) return parentNote(world, table);
  if (asker.exempt === "bypassrls") return `${subject(who)} has BYPASSRLS${asker.exemptBy === null ? "" : `: ${asker.exemptBy}`}.`;
  if (!table.rls.forced && owns(world, asker, table)) return `${subject(who)} ${asker.name === null || asker.name === table.owner ? "owns the table" : "has the privileges of the table's owner"}, and row-level security is not forced.`;
  return null;
}

/** The policies of the table that a query names hold, and no other's. */
function parentNote(world: AccessWorld, table: Table): string {
  const above = [...(table.partitionOf ? [table.partitionOf] : []), ...table.inherits].find((name) => {
    const parent = world.view.relation(name);
    return parent?.kind === "table" && parent.rls.enabled;
  });
  return above === undefined ? "Row-level security is off." : `Row-level security is off; the policies of ${above.schema}.${above.name} hold only for queries that name it.`;
}

type Obstacle = Extract<Way, { way: "closed" | "unclear" }> & {
  /** Found while the query is rewritten: it fails whatever the planner then leaves out. */
  readonly early?: true;
};

/** What the policies' own subqueries and functions need, as the caller runs them. */
function obstacleOf(world: AccessWorld, { filter, written, existing }: Asked, who: Who, path: ReadonlySet<string>): Obstacle | null {
  let unclear: Obstacle | null = null;
  for (const rule of [...filter, ...existing, ...written]) {
    // What is ORed to a plain TRUE is never run, nor its privileges asked for.
    const settled = rule.permissive.some((part) => isPlainlyTrue(world.condition(part.expression)));
    for (const part of [...rule.permissive, ...rule.restrictive]) {
      const found = partObstacle(world, part.expression, part.policy.name, who, path);
      if (found === null || (settled && part.policy.permissive && found.early !== true)) continue;
      if (found.way === "closed") return found;
      unclear ??= found;
    }
  }
  return unclear;
}

const isPlainlyTrue = (condition: Condition): boolean => condition.form === "constant" && condition.value === true;

function partObstacle(world: AccessWorld, expression: Expression, policy: string, who: Who, path: ReadonlySet<string>): Obstacle | null {
  let unclear: Obstacle | null = null;
  for (const term of termsOf(world.condition(expression)).flatMap(parts)) {
    if (term.term !== "opaque") continue;
    for (const name of term.reads.functions) if (!mayExecute(world, name, who.session)) return { way: "closed", reason: `Policy ${policy} calls ${name}, which it may not execute: every query fails (42501).` };
    for (const { schema, name } of term.reads.relations) {
      const found = readObstacle(world, { schema: schema ?? "public", name }, policy, who, path);
      if (found?.way === "closed") return found;
      unclear ??= found;
    }
  }
  return unclear;
}

function readObstacle(world: AccessWorld, name: QualifiedName, policy: string, who: Who, path: ReadonlySet<string>): Obstacle | null {
  const relation = world.view.relation(name);
  if (name.schema === "pg_catalog" || name.schema === "information_schema" || name.name.startsWith("pg_")) return null;
  const shown = qualified(name);
  if (relation === undefined || (relation.kind !== "table" && relation.kind !== "view") || relation.createdIn === null) {
    return who.asker.exempt === "superuser" ? null : { way: "unclear", reason: `Policy ${policy} reads ${shown}, which the history does not create: whether ${subject(who).toLowerCase()} may is not known.`, passage: null };
  }
  const privilege = privilegeOn(world, who.asker, relation, "select");
  if (privilege.has === "none") return { way: "closed", reason: `Policy ${policy} reads ${shown}, on which ${subject(who) === "It" ? "it" : subject(who)} has no SELECT privilege: every query fails (42501).` };
  if (privilege.has === "unknown") return { way: "unclear", reason: `Policy ${policy} reads ${shown}. ${capital(privilege.why)}.`, passage: null };
  if (relation.kind === "table") {
    if (whyFree(world, relation, who) !== null) return null;
    if (path.has(shown)) return { way: "closed", early: true, reason: `Policy ${policy} reads ${shown}, whose policies come back to it: every query fails with infinite recursion (42P17).` };
    return obstacleOf(world, asked(relation, who.asker.roles, "select"), who, new Set([...path, shown]));
  }
  if (relation.materialized || path.has(shown)) return null;
  const inside = behind(world, relation, who);
  let unclear: Obstacle | null = null;
  for (const base of viewQuery(relation, world.parse).relations) {
    const found = readObstacle(world, base, policy, inside, new Set([...path, shown]));
    if (found?.way === "closed") return found;
    unclear ??= found;
  }
  return unclear;
}

function mayExecute(world: AccessWorld, written: string, session: Asker): boolean {
  if (session.exempt === "superuser" || world.assumeGranted === true) return true;
  const names = written.split(".");
  const overloads = world.view.functions({ schema: names.length > 1 ? names[0]! : "public", name: names.at(-1)! });
  return overloads.length === 0 || overloads.some((routine) => owns(world, session, routine) || routine.grants.some(({ grantee, privilege }) => session.roles.has(grantee) && (privilege === "execute" || privilege === "all")));
}

/** Through a view its owner asks, or, with security_invoker, whoever has sent the query, however deep the view stands. */
function behind(world: AccessWorld, view: View, { session }: Who): Who {
  return { asker: isInvoker(view) ? session : askerOf(world, view.owner), session };
}

const isInvoker = (view: View): boolean => view.options.some(({ name, value }) => name === "security_invoker" && !/^(false|off|no|0)$/i.test(value));

function viewWay(world: AccessWorld, view: View, who: Who, command: Command, reads: boolean, notes: readonly string[]): Way {
  if (view.materialized) return command === "select" ? open(nothingKnown, "It holds the rows that its query gave its owner when it was last refreshed.", notes) : { way: "closed", reason: "Nothing is written through a materialized view." };
  if (command !== "select" && view.triggers.some((trigger) => trigger.timing === "instead of" && trigger.events.includes(command))) return { way: "unclear", reason: "An INSTEAD OF trigger decides.", passage: null };
  const query = viewQuery(view, world.parse);
  const inside = behind(world, view, who);
  const relationOf = (name: QualifiedName): Table | View | null => {
    const relation = world.view.relation(name);
    return relation?.kind === "table" || relation?.kind === "view" ? relation : null;
  };
  const whose = isInvoker(view) ? "" : `Through the view with the rights of its owner${view.owner === null ? "" : ` ${view.owner}`}.`;
  if (command !== "select") {
    const base = query.updatable && query.from ? relationOf(query.from) : null;
    if (!query.updatable) return { way: "closed", reason: "Postgres writes nothing through a view like this one." };
    if (base === null) return { way: "unclear", reason: "What it reads is not known.", passage: null };
    return through(wayTo(world, base, inside, command, reads, true), view, query.where, [...notes, whose], command);
  }
  if (query.fromFunctions || query.relations.length === 0) return { way: "unclear", reason: query.fromFunctions ? "It reads what a function returns." : "What it reads is not known.", passage: null };
  const bases = query.relations.map((name) => ({ name, base: relationOf(name) }));
  const lost = bases.find(({ base }) => base === null);
  if (lost) return { way: "unclear", reason: `It reads ${qualified(lost.name)}, which the history does not create.`, passage: null };
  const ways = bases.map(({ base }) => wayTo(world, base!, inside, "select", true, true));
  if (ways.length === 1) return through(ways[0]!, view, query.where, [...notes, whose], command);
  return together(world, ways, [...notes, whose]);
}

/** The rows behind a view are those of the relation below that its WHERE takes. */
function through(way: Way, view: View, where: Expression | null, notes: readonly string[], command: Command): Way {
  if (way.way === "closed" || way.way === "joined" || way.passage === null) return way;
  const { passage } = way;
  const option = view.options.find(({ name }) => name === "check_option")?.value;
  const own = where === null ? [] : [where];
  const found: Gate = { ...passage.found, wheres: [...passage.found.wheres, ...own] };
  // CASCADED holds for the views below too.
  const written: Gate = { ...passage.written, wheres: option === undefined ? passage.written.wheres : [...new Set([...passage.written.wheres, ...(option === "local" ? [] : passage.found.wheres), ...own])] };
  const free = passage.free !== null && found.wheres.length > 0 && command !== "insert" ? `${passage.free} The view's WHERE chooses.` : passage.free;
  return { ...way, passage: { ...passage, found, written, free, notes: [...passage.notes, ...notes] } };
}

/** A view of several relations: what is certain of all of them. */
function together(world: AccessWorld, ways: readonly Way[], notes: readonly string[]): Way {
  const closed = ways.find((way) => way.way === "closed");
  if (closed) return closed;
  const unclear = ways.find((way) => way.way === "unclear");
  if (unclear) return { ...unclear, passage: null };
  const passages = ways.flatMap((way) => (way.way === "open" ? [way.passage] : []));
  const rows = passages.map((passage) => rowsOfAll(passage.found.rules, world.condition, passage.facts, passage.found.wheres));
  if (rows.every((each) => each.rows === "all")) return open(nothingKnown, "It sees all rows of what the view reads.", notes);
  if (rows.every((each) => each.rows === "none")) return { way: "closed", reason: "No policy lets it see a row of what the view reads." };
  if (rows.some((each) => each.rows === "none")) return { way: "unclear", reason: "It sees no row of one of the relations that the view reads, and how they are joined decides.", passage: null };
  const texts = [...new Set([...rows.flatMap((each) => (each.rows === "some" ? [each.where] : [])), ...ways.flatMap((way) => (way.way === "joined" ? [way.using] : []))])];
  return { way: "joined", using: texts.map((text) => (texts.length > 1 ? `(${text})` : text)).join(" AND "), reason: sentence(["Of each of the relations that the view joins it sees its own rows.", ...notes]) };
}
