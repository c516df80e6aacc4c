import { expect, test } from "vitest";
import { grammarVersions } from "../../server/src/sql/statement";
import { testParser } from "./parsers";

test.each(grammarVersions)("version %i reads a table", async (version) => {
  const { node, problem } = (await testParser(version)).parse("create table t (id int primary key)");
  expect(problem).toBeNull();
  expect(node).toHaveProperty("CreateStmt.relation.relname", "t");
});
