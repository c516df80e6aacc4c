// COMMENT ON.

import type { Change } from "../changes";
import { extensionKey, schemaKey } from "../keys";
import type { ApplyContext } from "./context";
import { assumedSchema } from "./grants";
import { keepStatement } from "./others";

type Comment = Extract<Change, { change: "comment" }>;

const relationWords = new Set(["table", "view", "materialized view", "sequence", "index", "foreign table"]);

const named = <T extends { readonly name: string; readonly comment: string | null }>(list: readonly T[], name: string, comment: string | null): readonly T[] =>
  list.map((item) => (item.name === name ? { ...item, comment } : item));

export function comment(context: ApplyContext, change: Comment): void {
  const { text, part, name } = change;
  switch (change.on) {
    case "column":
    case "constraint":
    case "policy":
    case "trigger": {
      const relation = context.relation(context.resolve(name));
      if (relation?.kind === "view" && part !== null && change.on === "trigger") context.putRelation({ ...relation, triggers: named(relation.triggers, part, text) });
      if (relation?.kind !== "table" || part === null) return;
      switch (change.on) {
        case "column":
          context.putRelation({ ...relation, columns: named(relation.columns, part, text) });
          return;
        case "constraint":
          context.putRelation({ ...relation, constraints: named(relation.constraints, part, text) });
          return;
        case "policy":
          context.putRelation({ ...relation, policies: named(relation.policies, part, text) });
          return;
        default:
          context.putRelation({ ...relation, triggers: named(relation.triggers, part, text) });
          return;
      }
    }
    case "schema": {
      const schema = context.schema(name.name) ?? assumedSchema(name.name);
      context.writer.set(schemaKey(name.name), { ...schema, comment: text });
      return;
    }
    case "extension": {
      const extension = context.extension(name.name);
      if (extension) context.writer.set(extensionKey(name.name), { ...extension, comment: text });
      return;
    }
    case "type":
    case "domain": {
      const resolved = context.resolveType(name);
      const type = context.type(resolved);
      const relation = context.relation(resolved);
      if (type) context.putType({ ...type, comment: text });
      else if (relation?.kind === "composite") context.putRelation({ ...relation, comment: text });
      return;
    }
    case "function":
    case "procedure":
    case "aggregate":
    case "routine": {
      const resolved = context.resolveFunction(name);
      const signature = "arguments" in name ? name.arguments : null;
      context.putFunctions(
        resolved,
        context.functions(resolved).map((routine) => (signature === null || signature.join() === routine.arguments.join() ? { ...routine, comment: text } : routine)),
      );
      return;
    }
    default: {
      const relation = relationWords.has(change.on) ? context.relation(context.resolve(name)) : undefined;
      if (!relation) {
        const object = context.others().find((other) => other.type === change.on && other.name === (part ?? name.name));
        if (object) keepStatement(context, object, change.range);
        return;
      }
      if (relation.kind === "index") {
        context.update(relation.table, (table) => ({ ...table, indexes: named(table.indexes, relation.name, text) }));
        const view = context.view(relation.table);
        if (view) context.putRelation({ ...view, indexes: named(view.indexes, relation.name, text) });
      } else context.putRelation({ ...relation, comment: text });
    }
  }
}
