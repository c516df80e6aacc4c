import type { AlterObjectSchemaStmt, RenameStmt } from "@pgsql/types";
import type { Change, FunctionSignature, Name, ObjectName } from "../changes";
import { relationWords } from "./alterTable";
import { nameAt, objectNameAt, relationName } from "./names";
import { dropKind, objectWord } from "./objects";
import { readObject } from "./signature";
import { find, isOneOf, rangeOf, skipWords, wholeSpan, type Source } from "./source";

type Rename = Extract<Change, { change: "rename" }>;
type Part = Extract<Change, { change: "renamePart" }>;

const renamed: ReadonlySet<string> = new Set<Rename["kind"]>([
  "table", "index", "view", "materialized view", "sequence", "foreign table", "type", "domain", "schema", "function", "procedure", "role",
]);

/** ALTER ... RENAME. */
export function readRename(source: Source, node: RenameStmt): Change {
  const range = rangeOf(source, wholeSpan(source));
  const ifExists = node.missing_ok === true;
  const to = newName(source, node);
  const rename = find(source, wholeSpan(source), "rename");
  const part = (kind: Part["part"], word: Part["word"], of: ObjectName, index: number): Change => ({
    change: "renamePart",
    range,
    part: kind,
    of,
    word,
    name: nameAt(source, index, node.subname),
    to,
    ifExists,
  });
  const relation = (): ObjectName => relationName(source, node.relation);
  switch (node.renameType) {
    case "OBJECT_COLUMN": {
      const at = isOneOf(source, rename + 1, "column") ? rename + 2 : rename + 1;
      return part("column", relationWords[node.relationType ?? ""] ?? "table", relation(), at);
    }
    case "OBJECT_ATTRIBUTE":
      return part("attribute", "composite", relation(), rename + 2);
    case "OBJECT_TABCONSTRAINT":
      return part("constraint", "table", relation(), rename + 2);
    case "OBJECT_DOMCONSTRAINT":
      return part("domain constraint", "domain", readObject(source, objectIndex(source, "domain"), node.renameType, node.object), rename + 2);
    case "OBJECT_POLICY":
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE": {
      const word = objectWord(node.renameType) as "policy" | "trigger" | "rule";
      return part(word, "table", relation(), objectIndex(source, word));
    }
    default: {
      const word = objectWord(node.renameType);
      const kind = word === "aggregate" || word === "routine" ? "function" : renamed.has(word) ? (word as Rename["kind"]) : "other";
      return { change: "rename", range, kind, name: namedObject(source, node), to, ifExists };
    }
  }
}

function namedObject(source: Source, node: RenameStmt): ObjectName | FunctionSignature {
  if (node.relation !== undefined) return relationName(source, node.relation);
  const at = objectIndex(source, objectWord(node.renameType));
  return node.object === undefined ? objectNameAt(source, at, [node.subname ?? ""]) : readObject(source, at, node.renameType, node.object);
}

/** Index of an object's name after ALTER, its kind's words and IF EXISTS. */
export function objectIndex(source: Source, word: string): number {
  const at = source.first + 1 + (isOneOf(source, source.first + 1, "procedural") ? 1 : 0);
  return skipWords(source, at + word.split(" ").length, "if", "exists");
}

/** After TO; ALTER TYPE ... RENAME ATTRIBUTE may end with CASCADE. */
function newName(source: Source, node: RenameStmt): Name {
  const behavior = node.renameType === "OBJECT_ATTRIBUTE" && isOneOf(source, source.last - 1, "cascade", "restrict") && !isOneOf(source, source.last - 2, "to");
  return nameAt(source, source.last - (behavior ? 2 : 1), node.newname);
}

/** ALTER ... SET SCHEMA. */
export function readSetSchema(source: Source, node: AlterObjectSchemaStmt): Change {
  const name = node.relation === undefined ? readObject(source, objectIndex(source, objectWord(node.objectType)), node.objectType, node.object) : relationName(source, node.relation);
  return {
    change: "setSchema",
    range: rangeOf(source, wholeSpan(source)),
    kind: dropKind(node.objectType),
    name,
    schema: nameAt(source, source.last - 1, node.newschema),
    ifExists: node.missing_ok === true,
  };
}
