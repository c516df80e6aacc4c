// Functions, triggers and policies.

import type { Change } from "../changes";
import type { Function, Policy, SourceText, Table, Trigger } from "../model";
import type { ApplyContext } from "./context";
import { ownedAtCreation } from "./grants";
import { mergeOptions } from "./options";
import { ownedOf } from "./roles";

export function createFunction(context: ApplyContext, change: Extract<Change, { change: "createFunction" }>): void {
  const name = context.creationName(change.name);
  const overloads = context.functions(name);
  const existing = overloads.find((overload) => overload.arguments.join() === change.arguments.join());
  if (existing && !change.replace) {
    context.problem(change.name.range, `function ${name.schema}.${name.name} exists already with the same argument types`, "42723");
    return;
  }
  const routine: Function = {
    kind: change.kind,
    ...name,
    arguments: change.arguments,
    returns: change.returns,
    language: change.language,
    volatility: change.volatility,
    securityDefiner: change.securityDefiner,
    settings: change.settings,
    definition: context.resolveSource(change.definition),
    ...(existing ? ownedOf(existing) : ownedAtCreation(context, name.schema, "functions")),
    ...context.declared(change.range),
    comment: existing?.comment ?? null,
    ...(existing ? { origin: existing.origin, createdIn: existing.createdIn, changed: context.place(change.range) } : {}),
  };
  context.putFunctions(name, existing ? overloads.map((overload) => (overload === existing ? routine : overload)) : [...overloads, routine]);
}

export function alterFunction(context: ApplyContext, change: Extract<Change, { change: "alterFunction" }>): void {
  const name = context.resolveFunction(change.name);
  context.putFunctions(
    name,
    context.functions(name).map((routine) => {
      if (change.name.arguments !== null && change.name.arguments.join() !== routine.arguments.join()) return routine;
      const { reset } = change;
      const kept = reset === "all" ? [] : routine.settings.filter((setting) => !reset.includes(setting.name));
      return {
        ...routine,
        volatility: change.volatility ?? routine.volatility,
        securityDefiner: change.securityDefiner ?? routine.securityDefiner,
        settings: mergeOptions(kept, change.set),
        definition: joinSources(routine.definition, context.resolveSource(change.definition)),
        changed: context.place(change.range),
      };
    }),
  );
}

/** The ALTER statements are printed after the CREATE. */
function joinSources(first: SourceText, second: SourceText): SourceText {
  const joint = ";\n";
  const by = first.text.length + joint.length;
  return { text: first.text + joint + second.text, names: [...first.names, ...second.names.map(({ range, refers }) => ({ range: { start: range.start + by, end: range.end + by }, refers }))] };
}

export function createTrigger(context: ApplyContext, change: Extract<Change, { change: "createTrigger" }>): void {
  const relation = context.relation(context.resolve(change.table)) ?? context.touch(change.table);
  if (relation?.kind !== "table" && relation?.kind !== "view") return;
  const trigger: Trigger = {
    ...change.trigger,
    when: context.expression(change.trigger.when),
    definition: context.resolveSource(change.trigger.definition),
    name: change.name.name,
    function: context.resolveFunction(change.function),
    enabled: "origin",
    origin: context.place(change.range),
    createdIn: context.version.id,
    comment: null,
  };
  const put = (triggers: readonly Trigger[]): readonly Trigger[] => [...triggers.filter((other) => other.name !== trigger.name), trigger];
  if (relation.triggers.some((other) => other.name === trigger.name) && !change.replace) {
    context.problem(change.name.range, `trigger ${trigger.name} of ${relation.schema}.${relation.name} exists already`, "42710");
    return;
  }
  if (relation.kind === "view") {
    context.putRelation({ ...relation, triggers: put(relation.triggers) });
    return;
  }
  const visit = (table: Table): void => {
    context.update(table, (own) => ({ ...own, triggers: put(own.triggers) }));
    if (trigger.level !== "row") return;
    for (const partition of table.partitions) {
      const child = context.table(partition);
      if (child) visit(child);
    }
  };
  visit(relation);
}

export function createPolicy(context: ApplyContext, change: Extract<Change, { change: "createPolicy" }>): void {
  const table = context.touch(change.table);
  if (!table) return;
  if (table.policies.some((policy) => policy.name === change.name.name)) {
    context.problem(change.name.range, `policy ${change.name.name} of ${table.schema}.${table.name} exists already`, "42710");
    return;
  }
  const policy: Policy = {
    name: change.name.name,
    command: change.command,
    permissive: change.permissive,
    roles: change.roles.map((role) => context.roleMeant(role) ?? role),
    using: context.expression(change.using),
    withCheck: context.expression(change.withCheck),
    origin: context.place(change.range),
    changed: null,
    createdIn: context.version.id,
    comment: null,
  };
  context.putRelation({ ...table, policies: [...table.policies, policy] });
}

export function alterPolicy(context: ApplyContext, change: Extract<Change, { change: "alterPolicy" }>): void {
  const table = context.resolveTable(change.table);
  if (!table) return;
  context.putRelation({
    ...table,
    policies: table.policies.map((policy) =>
      policy.name === change.name.name
        ? { ...policy, roles: change.roles?.map((role) => context.roleMeant(role) ?? role) ?? policy.roles, using: context.expression(change.using) ?? policy.using, withCheck: context.expression(change.withCheck) ?? policy.withCheck, changed: context.place(change.range) }
        : policy,
    ),
  });
}
