import { describe, expect, it } from "vitest";
import { readLoggedQuery } from "../../server/src/explain/loggedQuery";

describe("a logged query", () => {
  it("is Drizzle's, with its parameters", () => {
    expect(readLoggedQuery('Query: select "id" from "users" where "id" = $1 and "name" = $2 limit $3 -- params: [7, "it\'s, [a] \\"b\\"", null]')).toEqual({
      sql: 'select "id" from "users" where "id" = $1 and "name" = $2 limit $3',
      parameters: { $1: "7", $2: 'it\'s, [a] "b"', $3: null },
    });
    expect(readLoggedQuery("[12:00:01] info: Query: select 1")).toEqual({ sql: "select 1", parameters: {} });
    expect(readLoggedQuery("Query: select\n  $1\nfrom t -- params: [undefined]\n")).toEqual({ sql: "select\n  $1\nfrom t", parameters: { $1: null } });
  });

  it("has arrays and objects as Postgres takes them", () => {
    expect(readLoggedQuery('Query: select $1, $2, $3, $4 -- params: [["a", "b\\"c", null, 1.5, [true]], {"x": [1, "y"]}, [], false]')?.parameters).toEqual({
      $1: '{"a","b\\"c",NULL,1.5,{true}}',
      $2: '{"x":[1,"y"]}',
      $3: "{}",
      $4: "false",
    });
  });

  it("is Prisma's, as it prints it and as its guide prints the event", () => {
    expect(readLoggedQuery('\u001b[34mprisma:query\u001b[39m SELECT "public"."User"."id" FROM "public"."User" WHERE 1=1 OFFSET $1')).toEqual({ sql: 'SELECT "public"."User"."id" FROM "public"."User" WHERE 1=1 OFFSET $1', parameters: {} });
    expect(readLoggedQuery('Query: SELECT "id" FROM "User" WHERE "at" > $1 AND "name" = $2 LIMIT $3\nParams: [2026-01-02 00:00:00 UTC,"Ann",5]\nDuration: 2ms')).toEqual({
      sql: 'SELECT "id" FROM "User" WHERE "at" > $1 AND "name" = $2 LIMIT $3',
      parameters: { $1: "2026-01-02 00:00:00 UTC", $2: "Ann", $3: "5" },
    });
  });

  // As servers of 15 and 18 have written them.
  it.each(["parameters", "Parameters"])("is Postgres's own, with its %s", (word) => {
    const log = `2026-01-02 10:00:00.123 UTC [77] app@shop LOG:  duration: 0.007 ms  execute <unnamed>: select $1::text as a, $2::int as b,
\t  $3::text[] as c, $4::timestamptz as d
2026-01-02 10:00:00.123 UTC [77] app@shop DETAIL:  ${word}: $1 = 'it''s, $1 = ''x''', $2 = NULL, $3 = '{a,"b\\"c"}', $4 = '1970-01-01 00:00:00+00'`;
    expect(readLoggedQuery(log)).toEqual({
      sql: "select $1::text as a, $2::int as b,\n  $3::text[] as c, $4::timestamptz as d",
      parameters: { $1: "it's, $1 = 'x'", $2: null, $3: '{a,"b\\"c"}', $4: "1970-01-01 00:00:00+00" },
    });
    expect(readLoggedQuery("LOG:  statement: select 1")).toEqual({ sql: "select 1", parameters: {} });
    expect(readLoggedQuery(`LOG:  execute by_id: select $1::jsonb\nDETAIL:  ${word}: $1 = '{"a": 1}'\nLOG:  statement: select 1`)).toEqual({ sql: "select $1::jsonb", parameters: { $1: '{"a": 1}' } });
  });

  it.each(["", "SELECT 1", "GET /users 200", "Query: select $1 -- params: [\"a"])("is not %j", (text) => {
    const read = readLoggedQuery(text);
    // A list that does not end is no list: then it stands in the query, where Postgres reads it as a comment.
    expect(read?.parameters ?? {}).toEqual({});
  });

  it("is what drizzle-orm 0.45.4 and 1.0.0-rc.5 write of texts, dates and what is not defined", () => {
    expect(readLoggedQuery('Query: select * from "t" where a = $1 and b = $2 and c = $3 -- params: ["x\\", ]", "1970-01-01T00:00:00.000Z", ]')).toEqual({
      sql: 'select * from "t" where a = $1 and b = $2 and c = $3',
      parameters: { $1: 'x", ]', $2: "1970-01-01T00:00:00.000Z", $3: null },
    });
    expect(readLoggedQuery("Query: select $1 -- params: []")?.parameters).toEqual({ $1: null });
  });
});
