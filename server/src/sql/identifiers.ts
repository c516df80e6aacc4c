import { utf8Length } from "../text/utf8";

// Keywords of Postgres 18 (src/include/parser/kwlist.h) that are not "unreserved". The older versions' are among them.
const columnNames =
  "between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout int integer " +
  "interval json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table " +
  "json_value least merge_action national nchar none normalize nullif numeric out overlay position precision real row setof " +
  "smallint substring time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest " +
  "xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable";
const typesAndFunctions =
  "authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join left like natural " +
  "notnull outer overlaps right similar tablesample verbose";
const reserved =
  "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_catalog " +
  "current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end except " +
  "false fetch for foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp " +
  "not null offset on only or order placing primary references returning select session_user some symmetric system_user table " +
  "then to trailing true union unique user using variadic when where window with";

const reservedWords = new Set(reserved.split(" "));
const quotedWords = new Set(`${columnNames} ${typesAndFunctions} ${reserved}`.split(" "));

/** RESERVED_KEYWORD: no name of anything unless quoted. `word` is in lower case. */
export function isReserved(word: string): boolean {
  return reservedWords.has(word);
}

/**
 * The name as it must be written in SQL. As Postgres's own quote_identifier (src/backend/utils/adt/ruleutils.c), every
 * keyword but the unreserved ones is quoted: `position` is allowed as a column's name and not as a function's.
 */
export function quoteIdentifier(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !quotedWords.has(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"public"."My Table"`: each part quoted where it must be. */
export function quoteQualified(parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join(".");
}

/** The name that an identifier's token stands for: unquoted, or in lower case; cut to 63 bytes (NAMEDATALEN - 1). */
export function foldIdentifier(tokenText: string): string {
  return truncate(unquote(tokenText));
}

function unquote(token: string): string {
  if (token.startsWith('"')) return inner(token, 1);
  if (/^u&"/i.test(token)) return unescapeUnicode(inner(token, 3));
  // Only ASCII: downcase_identifier leaves the rest alone in a multi-byte encoding (src/backend/parser/scansup.c).
  return token.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A token without its closing quote (half-typed) runs to its end. */
function inner(token: string, from: number): string {
  const end = token.length > from && token.endsWith('"') ? token.length - 1 : token.length;
  return token.slice(from, end).replaceAll('""', '"');
}

/** U&"d\0061t\+000061"; UESCAPE is not seen here, it is a clause of its own. */
function unescapeUnicode(text: string): string {
  return text.replace(/\\(?:(\\)|([0-9a-f]{4})|\+([0-9a-f]{6}))/gi, (all, escaped: string | undefined, four?: string, six?: string) => {
    if (escaped !== undefined) return escaped;
    const code = Number.parseInt(four ?? six ?? "", 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** truncate_identifier: at a character's boundary. */
function truncate(name: string): string {
  if (name.length <= 21 || utf8Length(name) <= 63) return name;
  let end = 0;
  let bytes = 0;
  for (const character of name) {
    bytes += utf8Length(character);
    if (bytes > 63) break;
    end += character.length;
  }
  return name.slice(0, end);
}
