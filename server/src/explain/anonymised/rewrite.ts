// SQL with other names and values, token by token: an expression as ruleutils.c prints it, where keywords are upper case
// and all else that is not quoted is lower case; or a query as a person wrote it.

import { isBuiltInFunction, isBuiltInType } from "../builtIn";
import type { Replacements } from "./replacements";
import { foldIdentifier, isReserved, quoteIdentifier } from "../../sql/identifiers";
import { isComment, tokenize } from "../../sql/lexer";
import type { Token } from "../../sql/tokens";

/** "relations": a list of tables with their aliases, as postgres_fdw prints it. */
export type SqlKind = "expression" | "query" | "relations";

export function rewritten(text: string, kind: SqlKind, replacements: Replacements): string {
  const tokens = tokenize(text).filter((token) => !isComment(token));
  const sql = new Rewrite(text, tokens, kind, replacements);
  const parts: string[] = [];
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    // Where a comment stood, one space does, or a new line.
    const between = text.slice(end, token.start);
    parts.push(/^\s*$/.test(between) ? between : between.includes("\n") ? "\n" : " ", sql.token(i));
    end = token.end;
  }
  return parts.join("");
}

/** What follows a type's first word and is a part of it. */
const typeWords = new Set(["varying", "precision", "with", "without", "time", "zone"]);
const systemColumns = new Set(["ctid", "tableoid", "xmin", "xmax", "cmin", "cmax"]);
const collations = new Set(["C", "POSIX", "default", "ucs_basic", "unicode"]);
const dateFields = new Set("century day decade dow doy epoch hour isodow isoyear julian microseconds millennium milliseconds minute month quarter second timezone timezone_hour timezone_minute week year".split(" "));
const relationWords = new Set(["from", "join", "into", "update", "only", "table"]);

/** Keywords that may be names too: they are read as keywords behind these. */
const keywordsBehind: Readonly<Record<string, readonly string[]>> = {
  by: ["order", "group", "partition", "matched"], first: ["nulls", "fetch"], last: ["nulls"], next: ["fetch"], nulls: ["desc", "asc", ")"], key: ["for", "no"], share: ["for", "key"], no: ["for", "exclude"], row: ["current", "each"],
  conflict: ["on"], nothing: ["do"], matched: ["when", "not"], source: ["by"], target: ["by"], at: [")"], zone: ["time"], locked: ["skip"], others: ["no"], ties: ["with", "exclude"], recursive: ["with"], materialized: ["as", "not"], ordinality: ["with"],
};
/** Those that stand where no name does. */
const statementWords = new Set("insert update delete merge set over partition filter within rows range groups preceding following unbounded current skip nowait explain analyze rollup cube sets repeatable".split(" "));

/** Of keywords that may be names, those that ruleutils.c prints within expressions, in upper case; and its XML and JSON. */
const printedWords = new Set(
  ("SubPlan InitPlan Aggregate OPERATOR AT ZONE FILTER WITHIN OVER PARTITION BY RANGE ROWS GROUPS UNBOUNDED PRECEDING FOLLOWING CURRENT EXCLUDE TIES NO OTHERS NULLS FIRST LAST RESPECT IGNORE OF UNKNOWN DOCUMENT CONTENT NAME " +
    "NFC NFD NFKC NFKD NORMALIZED PASSING PATH COLUMNS NESTED ORDINALITY KEYS KEEP QUOTES OMIT SCALAR CONDITIONAL UNCONDITIONAL WRAPPER WITHOUT ERROR EMPTY OBJECT ABSENT ENCODING FORMAT JSON UTF8 STRING KEY STANDALONE VERSION YES ESCAPE " +
    "WHITESPACE PRESERVE STRIP REF VALUE INDENT SETS CUBE ROLLUP").split(" "),
);

/** Not quoted and not in lower case, in an expression: no name that Postgres prints. */
function isPrintedWord(written: string): boolean {
  const name = written.toLowerCase();
  return printedWords.has(written) || (written === written.toUpperCase() && (isReserved(name) || quoteIdentifier(name) !== name));
}

class Rewrite {
  /** For each bracket that is open: it is CAST's. */
  private readonly casts: boolean[] = [];
  private inType = false;
  /** The brackets of "numeric(12,2)". */
  private inModifiers = false;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
    private readonly kind: SqlKind,
    private readonly to: Replacements,
  ) {
    // What stands before a column is met as a relation wherever else it stands.
    for (const [i, token] of tokens.entries()) {
      if (kind === "query" && isName(token) && this.at(i + 1) === "." && this.at(i - 1) !== "." && this.at(i + 3) !== "." && this.at(i + 3) !== "(" && !this.to.knows("schema", this.folded(i)) && !relationWords.has(this.at(i - 1).toLowerCase())) this.to.name("alias", this.folded(i));
    }
  }

  token(i: number): string {
    const token = this.tokens[i]!;
    const written = this.at(i);
    if (this.inModifiers) {
      if (written === ")") this.inModifiers = false;
      if (token.kind === "number" || token.kind === "punctuation") return written;
    }
    if (this.inType && !(token.kind === "word" && typeWords.has(written.toLowerCase()))) {
      this.inType = false;
      if (written === "(" && this.tokens[i + 1]?.kind === "number") {
        this.inModifiers = true;
        return written;
      }
    }
    switch (token.kind) {
      case "word":
      case "quoted":
        return this.name(i);
      case "string":
      case "dollar":
        return `'${this.literal(bodyOf(written))}'`;
      case "number":
        return this.at(i - 1) === "SubPlan" || this.at(i - 1) === "InitPlan" || isTrivial(written) ? written : this.to.number(written);
      case "variable":
        // A slice's bound, too: tags[1:n].
        return `:${this.to.name("column", foldIdentifier(written.slice(1)))}`;
      case "metaCommand":
      case "lineComment":
      case "blockComment":
        return "";
      case "punctuation":
        if (written === "(") this.casts.push(this.at(i - 1).toLowerCase() === "cast");
        if (written === ")") this.casts.pop();
        return written;
      case "parameter":
      case "operator":
        return written;
    }
  }

  private name(i: number): string {
    const written = this.at(i);
    const name = this.folded(i);
    const bare = this.tokens[i]!.kind === "word";
    const [before, after] = [this.at(i - 1).toLowerCase(), this.at(i + 1)];
    if (bare && this.inType) return written;
    if (before === "::" || (before === "as" && this.casts.at(-1) === true)) return this.type(i, name);
    if (before === "." && (this.at(i - 3) === "::" || (this.at(i - 3).toLowerCase() === "as" && this.casts.at(-1) === true))) return this.type(i, name);
    if (this.kind !== "query" && bare && /[A-Z]/.test(written)) return isPrintedWord(written) ? written : this.to.name("column", name);
    if (before === "collate") return collations.has(name) || /^[a-z]{2}[-_](?:[A-Z]{2}|x)\b/.test(name) ? written : this.to.name("collation", name);
    if (isPolicyCall(this.at(i), after, this.at(i + 2), this.at(i + 3)) || isPolicyCall(this.at(i - 2), this.at(i - 1), written, after)) return written;
    if ((before === "over" && after !== "(") || this.to.knows("window", name)) return this.to.name("window", name);
    if (this.kind === "query" && this.isCte(i)) return this.to.name("cte", name);
    if (after === ".") return this.qualifier(i, name);
    if (before === ".") return this.qualified(i, name);
    if (after === "(") return this.called(i, name, bare);
    if (bare && this.isWord(name, i)) return written;
    const knownColumn = this.to.knows("column", name);
    if (this.kind === "relations" || (this.kind === "query" && (relationWords.has(before) || (this.to.knows("alias", name) && !knownColumn)))) return this.to.name("table", name);
    return this.to.name("column", name);
  }

  /** "WITH recent AS (", "WITH RECURSIVE a AS MATERIALIZED (", ", b AS (" */
  private isCte(i: number): boolean {
    const before = this.at(i - 1).toLowerCase();
    return (before === "with" || before === "recursive" || before === ",") && this.at(i + 1).toLowerCase() === "as" && /^(?:\(|not|materialized)$/i.test(this.at(i + 2));
  }

  /** Behind "::", or AS in CAST; a schema may stand before it. */
  private type(i: number, name: string): string {
    if (this.at(i + 1) === ".") return this.schema(name);
    this.inType = true;
    return isBuiltInType(name) ? this.at(i) : this.to.name("type", name);
  }

  /** "o.total", "app.orders", "app.orders.total", "app.f(x)", "OPERATOR(app.+)" */
  private qualifier(i: number, name: string): string {
    const isOperator = this.tokens[i + 2]?.kind === "operator" && this.at(i + 2) !== "*";
    const behind = this.at(i + 3);
    if (this.at(i - 1) === ".") return this.to.name("table", name);
    if (isOperator || behind === "." || behind === "(" || this.kind === "relations" || (relationWords.has(this.at(i - 1).toLowerCase()) && this.kind === "query") || (this.to.knows("schema", name) && !this.to.knows("table", name))) return this.schema(name);
    return this.kind === "expression" && /^(?:excluded|old|new)$/.test(name) && !this.to.knows("table", name) ? this.at(i) : this.to.name("alias", name);
  }

  private qualified(i: number, name: string): string {
    if (this.at(i + 1) === "(") return isBuiltInFunction(name) ? this.at(i) : this.to.name("function", name);
    if (this.at(i - 2) === ")" && /^col\d+$/.test(name)) return this.at(i);
    const isTable = this.at(i - 3) !== "." && (this.kind === "relations" || (this.kind === "query" && relationWords.has(this.at(i - 3).toLowerCase())));
    return systemColumns.has(name) ? name : this.to.name(isTable ? "table" : "column", name);
  }

  private called(i: number, name: string, bare: boolean): string {
    if (bare && this.isWord(name, i)) return this.at(i);
    if (this.kind === "query" && (relationWords.has(this.at(i - 1).toLowerCase()) || this.to.knows("table", name))) return this.to.name("table", name);
    return isBuiltInFunction(name) || (isBuiltInType(name) && bare) ? this.at(i) : this.to.name("function", name);
  }

  private schema(name: string): string {
    if (isOwnSchema(name)) return name;
    return this.to.name("schema", name);
  }

  /** A word of the language here, and no name. */
  private isWord(name: string, i: number): boolean {
    const [before, after] = [this.at(i - 1).toLowerCase(), this.at(i + 1)];
    if (name === "true" || name === "false" || systemColumns.has(name)) return true;
    if (before === "(" && this.at(i - 2).toLowerCase() === "extract" && dateFields.has(name)) return true;
    // "Aggregate on (public.orders o)"
    if (this.kind === "relations") return after === "(" && name === "on" && before === "aggregate";
    if (this.kind !== "query") {
      if (after === "SubPlan" || after === "hashed") return name === "hashed" || name === "or";
      // "COLUMNS total integer PATH ..."
      return (after === ":" && name === "alternatives") || (isBuiltInType(name) && this.tokens[i - 1] !== undefined && isName(this.tokens[i - 1]!) && !/^[A-Z]/.test(this.at(i - 1)));
    }
    if (isReserved(name)) return true;
    if (this.tokens[i + 1]?.kind === "string" && isBuiltInType(name)) return true;
    if (this.to.knows("column", name) || this.to.knows("table", name)) return false;
    return quoteIdentifier(name) !== name || statementWords.has(name) || (keywordsBehind[name]?.includes(before) ?? false);
  }

  /** What makes a plan readable stays: that there is a wildcard, how many elements there are. */
  private literal(body: string): string {
    if (isTrivial(body)) return body;
    if (/^-?\d+(?:\.\d+)?$/.test(body)) return `${body.startsWith("-") ? "-" : ""}${this.to.number(body.replace(/^-/, ""))}`;
    if (/^\[[-+\d.,eE\s]*\]$/.test(body)) return `[${body.slice(1, -1).split(",").fill("0").join(",")}]`;
    const sparse = /^\{[-+\d.,:eE\s]*\}\/(\d+)$/.exec(body);
    if (sparse) return `{}/${sparse[1]!}`;
    if (/^\{.*\}$/s.test(body) && !body.includes(":")) return `{${body.slice(1, -1).split(",").map((each) => this.literal(each.trim())).join(",")}}`;
    const pattern = /^([%_^]?).*?([%$]?)$/s.exec(body)!;
    return `${pattern[1]!}${this.to.value(body)}${pattern[2]!}`;
  }

  private at(i: number): string {
    const token = this.tokens[i];
    return token === undefined ? "" : this.text.slice(token.start, token.end);
  }

  private folded(i: number): string {
    return foldIdentifier(this.at(i));
  }
}

/** A schema that every database has. */
export function isOwnSchema(name: string): boolean {
  return name === "public" || name === "pg_catalog" || name === "information_schema" || name === "pg_toast" || name === "pg_temp";
}

function isName(token: Token): boolean {
  return token.kind === "word" || token.kind === "quoted";
}

/** Supabase's functions, which policies call for each row: plan/row-security-per-row knows them. */
function isPolicyCall(schema: string, dot: string, name: string, bracket: string): boolean {
  return schema === "auth" && dot === "." && bracket === "(" && /^(?:uid|jwt|role|email)$/.test(name);
}

/** Constants that tell nothing. */
function isTrivial(text: string): boolean {
  return /^(?:|-?[01]|1\.0|t|f|true|false|NULL|%)$/.test(text);
}

/** What a string holds: of E'' too, so that one value is the same however it is written. */
function bodyOf(written: string): string {
  if (written.startsWith("$")) {
    const tag = written.indexOf("$", 1) + 1;
    return written.slice(tag, -tag);
  }
  const body = written.slice(written.indexOf("'") + 1, -1).replaceAll("''", "'");
  return /^e'/i.test(written) ? withoutEscapes(body) : body;
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(.))/gs, (all, byte?: string, four?: string, eight?: string, octal?: string, other?: string) => {
    if (other !== undefined) return escapes[other] ?? other;
    const code = octal === undefined ? Number.parseInt((byte ?? four ?? eight)!, 16) : Number.parseInt(octal, 8);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
