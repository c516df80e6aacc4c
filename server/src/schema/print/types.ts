// Enums, domains, composite and range types.

import { quoteIdentifier } from "../../sql/identifiers";
import { relationKey, typeKey, type TrackedView } from "../keys";
import type { CompositeType, Domain, Type } from "../model";
import { needsOfExpression, needsOfSchema, needsOfSource, needsOfType } from "./needs";
import type { Item } from "./script";
import { printSource } from "./source";
import { defaultClause, nameText, quoteLiteral } from "./text";

export function typeItem(view: TrackedView, type: Type): Item {
  const common = { rank: "type", name: `${type.schema}.${type.name}`, provides: [typeKey(type)] } as const;
  switch (type.kind) {
    case "enum": {
      const labels = type.labels.map(quoteLiteral).join(", ");
      return { ...common, sql: `CREATE TYPE ${nameText(type)} AS ENUM (${labels});`, needs: needsOfSchema(type) };
    }
    case "domain":
      return { ...common, sql: domainText(type), needs: [...needsOfSchema(type), ...needsOfDomain(type)] };
    case "range":
      return { ...common, sql: `${printSource(view, type.definition)};`, needs: [...needsOfSchema(type), ...needsOfSource(type.definition)].filter((key) => key !== typeKey(type)) };
  }
}

function domainText(domain: Domain): string {
  const parts = [`CREATE DOMAIN ${nameText(domain)} AS ${domain.type.text}`];
  if (domain.collation !== null) parts.push(`COLLATE ${domain.collation}`);
  if (domain.default !== null) parts.push(defaultClause(domain.default.text));
  if (domain.notNull) parts.push("NOT NULL");
  for (const check of domain.checks) if (check.validated) parts.push(`CONSTRAINT ${quoteIdentifier(check.name)} CHECK (${check.expression.text})`);
  const statements = [`${parts.join(" ")};`];
  for (const check of domain.checks) {
    if (!check.validated) statements.push(`ALTER DOMAIN ${nameText(domain)} ADD CONSTRAINT ${quoteIdentifier(check.name)} CHECK (${check.expression.text}) NOT VALID;`);
  }
  return statements.join("\n");
}

function needsOfDomain(domain: Domain): string[] {
  return [...needsOfType(domain.type), ...needsOfExpression(domain.default), ...domain.checks.flatMap((check) => needsOfExpression(check.expression))];
}

export function compositeItem(type: CompositeType): Item {
  const attributes = type.attributes.map((attribute) => `  ${quoteIdentifier(attribute.name)} ${attribute.type.text}${attribute.collation === null ? "" : ` COLLATE ${attribute.collation}`}`);
  return {
    rank: "type",
    name: `${type.schema}.${type.name}`,
    sql: `CREATE TYPE ${nameText(type)} AS (${attributes.length > 0 ? `\n${attributes.join(",\n")}\n` : ""});`,
    provides: [relationKey(type), typeKey(type)],
    needs: [...needsOfSchema(type), ...type.attributes.flatMap((attribute) => needsOfType(attribute.type))],
  };
}
