import { isServed } from "../facts/rowSecurity";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { allOf, as, stringsOf } from "../../schema/read/nodes";
import { foldIdentifier } from "../../sql/identifiers";
import { isComment, tokenize } from "../../sql/lexer";
import type { ParsedStatement } from "../../sql/statement";
import type { Token } from "../../sql/tokens";
import type { Range } from "../../text/range";

const finder = (security: string, execute: string): string => `CREATE FUNCTION find_notes(term text) RETURNS SETOF text LANGUAGE plpgsql${security} SET search_path = '' AS $$ BEGIN RETURN QUERY EXECUTE ${execute}; END $$`;
const joined = "'SELECT body FROM public.notes WHERE owner = session_user AND body = ''' || term || ''''";
const world = ["CREATE TABLE notes (owner text, body text)", "INSERT INTO notes VALUES ('postgres', 'mine'), ('b', 'theirs')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "CREATE POLICY own ON notes USING (owner = current_user)"];
const attack = "SELECT * FROM find_notes('x'' OR true --')";

export default defineRule({
  id: "security/dynamic-sql-injection",
  summary: "A function runs SQL that an argument of it is joined into as it is.",
  why:
    "EXECUTE runs whatever its text comes to. Where an argument is joined in with ||, or by %s of format(), the caller writes a part of the statement: a quote ends the literal that was meant, and what follows is run. In a SECURITY DEFINER function it is run with the owner's rights, whom no policy holds for; under an API, by a caller who could run no SQL before " +
    "([Executing Dynamic Commands](https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN)).",
  whatToDo: "Pass values by USING ($1, $2), or by %L of format(); names of tables and columns by %I, better after a look at which ones are allowed. quote_literal(), quote_nullable() and quote_ident() do the same one by one.",
  whenNotToUse: "The argument is SQL on purpose, and only a trusted role may execute the function.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:plpgsql-statements", "pgsql-lint:C4", "plpgsql_check:security", "union:224"],
  examples: [
    bad(`${finder(" SECURITY DEFINER", joined)};\nREVOKE EXECUTE ON FUNCTION find_notes(text) FROM PUBLIC;\n`, {
      title: "A quote ends the literal",
      at: "term",
      occurrence: 1,
      message: "Argument term of find_notes becomes a part of the SQL that this EXECUTE runs, with the rights of the function's owner: who calls it can add what they like. Pass it by USING, or by format() with %L for a value and %I for a name.",
    }),
    bad(
      sql`
        CREATE FUNCTION count_rows(tbl text) RETURNS bigint LANGUAGE plpgsql AS $$
          DECLARE
            query text;
            result bigint;
          BEGIN
            query := format('SELECT count(*) FROM %s', tbl);
            EXECUTE query INTO result;
            RETURN result;
          END
        $$;
      `,
      {
        title: "A name by %s, by way of a variable, under Supabase's /rpc",
        platform: "supabase",
        at: "tbl",
        occurrence: 1,
        message: "Argument tbl of count_rows becomes a part of the SQL that an EXECUTE runs: who calls it can add what they like. Pass it by USING, or by format() with %L for a value and %I for a name.",
      },
    ),
    good(
      sql`
        CREATE FUNCTION count_rows(tbl text, owner text) RETURNS bigint LANGUAGE plpgsql AS $$
          DECLARE
            result bigint;
          BEGIN
            EXECUTE format('SELECT count(*) FROM %I WHERE owner = $1', tbl) INTO result USING owner;
            RETURN result;
          END
        $$;
      `,
      { title: "A name by %I, a value by USING" },
    ),
    good(
      sql`
        CREATE FUNCTION count_rows(tbl regclass, minimum integer) RETURNS bigint LANGUAGE plpgsql AS $$
          DECLARE
            result bigint;
          BEGIN
            EXECUTE 'SELECT count(*) FROM ' || tbl || ' WHERE id >= ' || minimum INTO result;
            RETURN result;
          END
        $$;
      `,
      { title: "Types whose texts are safe: regclass, a number" },
    ),
    good(
      sql`
        CREATE FUNCTION sorted(direction text) RETURNS SETOF text LANGUAGE plpgsql AS $$
          BEGIN
            RETURN QUERY EXECUTE 'SELECT name FROM pg_catalog.pg_settings ORDER BY name ' || CASE WHEN direction = 'desc' THEN 'DESC' ELSE 'ASC' END;
          END
        $$;
      `,
      { title: "One of two texts that the function writes itself" },
    ),
    good(
      sql`
        CREATE FUNCTION count_rows(tbl text) RETURNS bigint LANGUAGE plpgsql AS $$
          DECLARE
            result bigint;
          BEGIN
            IF tbl NOT IN ('notes', 'drafts') THEN
              RAISE EXCEPTION 'no such table';
            END IF;
            EXECUTE 'SELECT count(*) FROM ' || tbl INTO result;
            RETURN result;
          END
        $$;
      `,
      { title: "One of some names that it looks for first" },
    ),
    good(
      sql`
        CREATE FUNCTION drop_rows(tbl text) RETURNS void LANGUAGE plpgsql AS $$
          BEGIN
            EXECUTE 'TRUNCATE ' || tbl;
          END
        $$;
      `,
      { title: "With the caller's own rights, where no API calls it; said in the strict preset" },
    ),
    good(
      sql`
        CREATE FUNCTION greet(name text) RETURNS text LANGUAGE plpgsql AS $$
          BEGIN
            RETURN 'Hello ' || name;
          END
        $$;
        DROP FUNCTION greet(text);
      `,
      { title: "A text that is not run, in the same migration" },
    ),
  ],
  proof: [
    { given: [...world, finder(" SECURITY DEFINER", joined), "SET ROLE pg_monitor"], statement: attack, rows: 2 },
    { given: [...world, finder(" SECURITY DEFINER", "format('SELECT body FROM public.notes WHERE owner = session_user AND body = %L', term)"), "SET ROLE pg_monitor"], statement: attack, rows: 0 },
    { given: [...world, finder(" SECURITY DEFINER", "'SELECT body FROM public.notes WHERE owner = session_user AND body = $1' USING term"), "SET ROLE pg_monitor"], statement: attack, rows: 0 },
    { given: [...world, finder(" SECURITY DEFINER", "format('SELECT body FROM public.notes WHERE owner = session_user AND body = ''%s''', term)"), "SET ROLE pg_monitor"], statement: attack, rows: 2 },
  ],
  on: "statement",
  changes: ["createFunction"],
  check(context) {
    const { change, parsed } = context;
    if (change.change !== "createFunction" || parsed.body?.language !== "plpgsql" || parsed.body.dynamic.length === 0) return;
    const body = parsed.tokens.find((token) => token.kind === "dollar" && parsed.body!.dynamic.some(({ start, end }) => token.start < start && end < token.end));
    const names = textArguments(parsed);
    if (body === undefined || names.size === 0) return;
    const [found] = injections(parsed, body, names);
    if (found === undefined) return;
    const rights = change.securityDefiner ? ", with the rights of the function's owner" : "";
    const { schema } = context.after.resolveFunction(change.name);
    const name = display({ schema, name: change.name.name });
    context.report({
      at: found.at,
      object: change.name.name,
      message: `Argument ${found.argument} of ${name} becomes a part of the SQL that ${found.direct ? "this" : "an"} EXECUTE runs${rights}: who calls it can add what they like. Pass it by USING, or by format() with %L for a value and %I for a name.`,
      // With the caller's own rights it gives nobody more, unless the caller had no SQL before.
      ...(change.securityDefiner ? {} : { severity: "warning" as const, ...(isServed(context.database, schema) ? {} : { onlyIn: "strict" as const }) }),
    });
  },
});

/** Types that hold any text. */
const texts: ReadonlySet<string> = new Set(["text", "varchar", "bpchar", "citext", "json", "jsonb", "name"]);

function textArguments({ node }: ParsedStatement): ReadonlySet<string> {
  const parameters = as(node ?? undefined, "CreateFunctionStmt")?.parameters;
  return new Set(
    allOf(parameters, "FunctionParameter").flatMap(({ name, argType, mode }) => {
      const isIn = mode !== "FUNC_PARAM_OUT" && mode !== "FUNC_PARAM_TABLE";
      return isIn && name !== undefined && texts.has(stringsOf(argType?.names).at(-1) ?? "") ? [name] : [];
    }),
  );
}

interface Injection {
  readonly at: Range;
  readonly argument: string;
  readonly direct: boolean;
}

/** Where an argument's text goes into one that is run: in EXECUTE itself, or in a variable that one runs. */
function injections(parsed: ParsedStatement, body: Token, given: ReadonlySet<string>): readonly Injection[] {
  const tokens = tokenize(parsed.text, parsed.text.indexOf("$", body.start + 1) + 1, parsed.text.lastIndexOf("$", body.end - 2)).filter((token) => !isComment(token));
  const reader = new ExpressionReader(parsed.text, tokens);
  const assigned = reader.assignments();
  const isMadeSafe = (name: string): boolean => assigned.some((each) => each.name === name && reader.unsafe(each.from, each.to, new Set([name])).length === 0);
  const names = new Set([...given].filter((name) => !reader.isLookedAt(name) && !isMadeSafe(name)));
  const carried = new Map<string, Injection>();
  // A variable may be made of another one that was made before.
  for (const { name, from, to } of assigned) {
    const own = reader.unsafe(from, to, names)[0];
    const other = reader.unsafe(from, to, new Set(carried.keys()))[0];
    const injection = own ? { at: own.range, argument: own.name, direct: false } : other && carried.get(other.name);
    if (injection && !carried.has(name)) carried.set(name, injection);
  }
  return parsed.body!.dynamic.flatMap((range): readonly Injection[] => {
    const { from, to } = reader.executed(range);
    const own = reader.unsafe(from, to, names)[0];
    if (own) return [{ at: own.range, argument: own.name, direct: true }];
    const other = reader.unsafe(from, to, new Set(carried.keys()))[0];
    return other ? [carried.get(other.name)!] : [];
  });
}

interface Used {
  readonly name: string;
  readonly range: Range;
}

/** Functions whose result is safe in a statement, and those that give no text of their argument. */
const guards: ReadonlySet<string> = new Set(["quote_ident", "quote_literal", "quote_nullable", "to_regclass", "length", "char_length", "octet_length", "array_length", "cardinality", "md5", "encode", "hashtext", "position", "strpos", "ascii"]);
const comparisons: ReadonlySet<string> = new Set(["=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "in", "is", "like", "ilike", "any", "not"]);
const unsafeCasts: ReadonlySet<string> = new Set(["text", "varchar", "character", "char", "name", "json", "jsonb", "citext"]);

class ExpressionReader {
  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
  ) {}

  private word(at: number): string {
    const token = this.tokens[at];
    return token === undefined ? "" : this.text.slice(token.start, token.end).toLowerCase();
  }

  /** `tbl NOT IN ('a', 'b')`, `tbl !~ '^[a-z]+$'`: the function lets only some texts through. */
  isLookedAt(name: string): boolean {
    return this.tokens.some((token, at) => (token.kind === "word" || token.kind === "quoted") && foldIdentifier(this.text.slice(token.start, token.end)) === name && /^(?:not in|in \(|!~\*? |~\*? |<> all|= any|= all)/.test(`${this.word(at + 1)} ${this.word(at + 2)}`));
  }

  /** `name := expression;` */
  assignments(): readonly { readonly name: string; readonly from: number; readonly to: number }[] {
    return this.tokens.flatMap((_, at) => {
      const isMark = this.word(at) === ":=" || (this.word(at) === "=" && /^(?:;|begin|then|else|loop|)$/.test(this.word(at - 2)));
      const name = this.tokens[at - 1];
      if (!isMark || name === undefined || (name.kind !== "word" && name.kind !== "quoted")) return [];
      return [{ name: foldIdentifier(this.text.slice(name.start, name.end)), from: at + 1, to: this.endOf(at + 1) }];
    });
  }

  /** The expression of an EXECUTE: up to its INTO or USING. */
  executed({ start, end }: Range): { readonly from: number; readonly to: number } {
    const from = this.tokens.findIndex((token) => token.start >= start) + 1;
    let depth = 0;
    let to = from;
    for (; to < this.tokens.length && this.tokens[to]!.end <= end; to++) {
      const word = this.word(to);
      if (word === "(") depth++;
      else if (word === ")") depth--;
      else if (depth === 0 && (word === "into" || word === "using")) break;
    }
    return { from, to };
  }

  private endOf(from: number): number {
    let at = from;
    while (at < this.tokens.length && this.word(at) !== ";") at++;
    return at;
  }

  /** The names among them whose text becomes a part of the expression's, as it is. */
  unsafe(from: number, to: number, names: ReadonlySet<string>): readonly Used[] {
    const used: Used[] = [];
    const calls: { readonly name: string; readonly open: number }[] = [];
    for (let at = from; at < to; at++) {
      const token = this.tokens[at]!;
      const word = this.word(at);
      if (word === "(") calls.push({ name: this.tokens[at - 1]?.kind === "word" && at > from ? this.word(at - 1) : "", open: at });
      else if (word === ")") calls.pop();
      if (token.kind !== "word" && token.kind !== "quoted") continue;
      const name = foldIdentifier(this.text.slice(token.start, token.end));
      if (!names.has(name) || this.word(at - 1) === "." || this.word(at + 1) === "." || this.word(at + 1) === "(") continue;
      if (comparisons.has(this.word(at - 1)) || comparisons.has(this.word(at + 1)) || /^(?:when|case)$/.test(this.word(at - 1))) continue;
      if (calls.some((call) => guards.has(call.name)) || this.isCast(at, calls.length > 0)) continue;
      const format = calls.findLast((call) => call.name === "format");
      if (format && !this.isPastedBy(format.open, at)) continue;
      used.push({ name, range: { start: token.start, end: token.end } });
    }
    return used;
  }

  /** To a type whose texts are safe: `id::uuid`, `cast(id AS uuid)`. */
  private isCast(at: number, nested: boolean): boolean {
    if (this.word(at + 1) === "::") return !unsafeCasts.has(this.word(at + 2));
    return nested && this.word(at + 1) === "as" && !unsafeCasts.has(this.word(at + 2));
  }

  /** Whether format() puts the argument in as it is: into its own pattern, or by %s. */
  private isPastedBy(open: number, at: number): boolean {
    let argument = 0;
    let depth = 0;
    for (let i = open + 1; i < at; i++) {
      const word = this.word(i);
      if (word === "(" || word === "[") depth++;
      else if (word === ")" || word === "]") depth--;
      else if (word === "," && depth === 0) argument++;
    }
    if (argument === 0) return true;
    const pattern = this.tokens[open + 1];
    // A pattern that is made is not looked into.
    if (pattern === undefined || (pattern.kind !== "string" && pattern.kind !== "dollar") || this.word(open + 2) !== ",") return false;
    let next = 0;
    for (const [, position, type] of this.text.slice(pattern.start, pattern.end).matchAll(/%(?:%|(?:(\d+)\$)?-?\d*([sIL]))/g)) {
      if (type === undefined) continue;
      next = position === undefined ? next + 1 : Number(position);
      if (next === argument && type === "s") return true;
    }
    return false;
  }
}
