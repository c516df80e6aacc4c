import { expect, test } from "vitest";
import { walk } from "../../server/src/sql/walk";
import { testParser } from "./parsers";

async function kinds(text: string): Promise<string[]> {
  const { node } = (await testParser()).parse(text);
  const found: string[] = [];
  walk(node, (kind, _, parent) => void found.push(parent === null ? kind : `${parent}>${kind}`));
  return found;
}

test("parents first, fields of fixed type named by their type", async () => {
  expect(await kinds("create table s.t (a int not null)")).toEqual([
    "CreateStmt", "CreateStmt>RangeVar", "CreateStmt>ColumnDef", "ColumnDef>TypeName", "TypeName>String", "TypeName>String", "ColumnDef>Constraint",
  ]);
  expect(await kinds("select 1 union select a from t x")).toEqual([
    "SelectStmt", "SelectStmt>SelectStmt", "SelectStmt>ResTarget", "ResTarget>A_Const", "A_Const>Integer", "SelectStmt>SelectStmt", "SelectStmt>ResTarget", "ResTarget>ColumnRef", "ColumnRef>String",
    "SelectStmt>RangeVar", "RangeVar>Alias",
  ]);
});

test("false leaves out what is below", async () => {
  const { node } = (await testParser()).parse("create table t (a int) partition by range (a)");
  const found: string[] = [];
  walk(node, (kind) => {
    found.push(kind);
    return kind !== "ColumnDef" && kind !== "PartitionSpec";
  });
  expect(found).toEqual(["CreateStmt", "RangeVar", "ColumnDef", "PartitionSpec"]);
});

test("1,000 nested subselects, and nothing at all", async () => {
  const found = await kinds(`select ${"(select ".repeat(1_000)}1${")".repeat(1_000)}`);
  expect(found.filter((kind) => kind === "SubLink>SelectStmt")).toHaveLength(1_000);
  walk(null, () => expect.fail());
});
