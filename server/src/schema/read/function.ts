import type { AlterFunctionStmt, CreateFunctionStmt, DefElem, DefineStmt, FunctionParameter, Node } from "@pgsql/types";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Change, ObjectName } from "../changes";
import type { Option } from "../model";
import { allOf, as, stringOf, stringsOf } from "./nodes";
import { objectNameAt } from "./names";
import { valueText } from "./options";
import { collectReferences, type PlacedReference } from "./references";
import { settingName, settingValue } from "./session";
import { inputTypes, readSignature } from "./signature";
import { find, rangeOf, skipWords, wholeSpan, type Source } from "./source";
import { sourceText } from "./sourceText";
import { typeText } from "./types";

type Volatility = "immutable" | "stable" | "volatile";

/** CREATE FUNCTION and CREATE PROCEDURE. What its body does is no change of the schema. */
export function readCreateFunction(source: Source, node: CreateFunctionStmt): Change {
  const options = allOf(node.options, "DefElem");
  const procedure = node.is_procedure === true;
  const name = objectNameAt(source, source.first + 2 + (node.replace === true ? 2 : 0), stringsOf(node.funcname));
  const { names } = collectReferences(source, { CreateFunctionStmt: node });
  return {
    change: "createFunction",
    range: rangeOf(source, wholeSpan(source)),
    kind: procedure ? "procedure" : "function",
    name,
    arguments: inputTypes(node.parameters),
    returns: returnText(node),
    replace: node.replace === true,
    // A body in SQL's own syntax needs no LANGUAGE.
    language: stringOf(optionOf(options, "language")) || "sql",
    volatility: volatilityOf(options) ?? "volatile",
    securityDefiner: as(optionOf(options, "security"), "Boolean")?.boolval === true,
    settings: settingsOf(options).set,
    definition: sourceText(source, wholeSpan(source), [ownName(name), ...names]),
  };
}

export function readCreateAggregate(source: Source, node: DefineStmt): Change {
  const name = objectNameAt(source, source.first + 2 + (node.replace === true ? 2 : 0), stringsOf(node.defnames));
  const { names } = collectReferences(source, { DefineStmt: node });
  const definition = allOf(node.definition, "DefElem");
  return {
    change: "createFunction",
    range: rangeOf(source, wholeSpan(source)),
    kind: "aggregate",
    name,
    arguments: node.oldstyle === true ? baseType(definition) : inputTypes(as(node.args?.[0], "List")?.items),
    returns: null,
    replace: node.replace === true,
    language: "internal",
    volatility: "immutable",
    securityDefiner: false,
    settings: [],
    definition: sourceText(source, wholeSpan(source), [ownName(name), ...names]),
  };
}

/** ALTER FUNCTION, PROCEDURE and ROUTINE. */
export function readAlterFunction(source: Source, node: AlterFunctionStmt): Change {
  const actions = allOf(node.actions, "DefElem");
  const name = readSignature(source, source.first + 2, node.func ?? {});
  const security = as(optionOf(actions, "security"), "Boolean");
  const { names } = collectReferences(source, { AlterFunctionStmt: node });
  return {
    change: "alterFunction",
    range: rangeOf(source, wholeSpan(source)),
    name,
    volatility: volatilityOf(actions),
    securityDefiner: security === undefined ? null : security.boolval === true,
    ...settingsOf(actions),
    definition: sourceText(source, wholeSpan(source), [ownName(name), ...names]),
  };
}

function ownName(name: ObjectName): PlacedReference {
  return { range: name.range, refers: { kind: "function", name: { schema: name.schema ?? "", name: name.name } } };
}

function optionOf(options: readonly DefElem[], name: string): Node | undefined {
  return options.find((option) => option.defname === name)?.arg;
}

function volatilityOf(options: readonly DefElem[]): Volatility | null {
  const word = stringOf(optionOf(options, "volatility"));
  return word === "immutable" || word === "stable" || word === "volatile" ? word : null;
}

/** SET and RESET clauses. What FROM CURRENT takes is not known: its value is those words. */
function settingsOf(options: readonly DefElem[]): { set: Option[]; reset: string[] | "all" } {
  const set: Option[] = [];
  let reset: string[] | "all" = [];
  for (const option of options) {
    const node = option.defname === "set" ? as(option.arg, "VariableSetStmt") : undefined;
    if (node === undefined) continue;
    if (node.kind === "VAR_RESET_ALL") reset = "all";
    else if (node.kind === "VAR_SET_CURRENT") set.push({ name: settingName(node), value: "FROM CURRENT" });
    else {
      const value = settingValue(node);
      if (value !== null) set.push({ name: settingName(node), value });
      else if (reset !== "all") reset.push(settingName(node));
    }
  }
  return { set, reset };
}

/** As pg_get_function_result prints it. */
function returnText(node: CreateFunctionStmt): string | null {
  const { returnType } = node;
  const columns = allOf(node.parameters, "FunctionParameter").filter((parameter: FunctionParameter) => parameter.mode === "FUNC_PARAM_TABLE");
  if (columns.length > 0) return `TABLE(${columns.map(({ name, argType }) => `${quoteIdentifier(name ?? "")} ${typeText(argType)}`).join(", ")})`;
  if (returnType === undefined) return null;
  return returnType.setof === true ? `SETOF ${typeText(returnType)}` : typeText(returnType);
}

/** The old syntax: BASETYPE = type, or "ANY" for an aggregate without arguments. */
function baseType(definition: readonly DefElem[]): string[] {
  const type = definition.find(({ defname }) => defname?.toLowerCase() === "basetype")?.arg;
  const node = as(type, "TypeName");
  if (node === undefined || valueText(type).toLowerCase() === "any") return [];
  return [typeText(node)];
}

/** A function's name as EXECUTE FUNCTION, HANDLER and the like give it: after these words. */
export function functionAfter(source: Source, names: readonly Node[] | undefined, ...words: readonly string[]): ObjectName {
  const at = find(source, wholeSpan(source), ...words) + words.length;
  return objectNameAt(source, skipWords(source, at, "function"), stringsOf(names));
}
