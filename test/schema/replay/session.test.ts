// SET, SET LOCAL and what COMMIT and ROLLBACK leave of them.

import { expect, it } from "vitest";
import type { Version } from "../../../server/src/schema/history";
import type { Session } from "../../../server/src/schema/session";
import { Timeline } from "../../../server/src/schema/timeline";
import { SqlDocument } from "../../../server/src/sql/document";
import { parser, version } from "./replay";

function sessionAfter(text: string, transaction: Partial<Version["transaction"]> = {}): Session {
  const timeline = new Timeline();
  timeline.setVersions([version("1", new SqlDocument("1.sql", text, parser).statements, transaction)]);
  timeline.moveTo(timeline.length);
  return timeline.view().session;
}

it.each([
  ["set lock_timeout = '5s'", 5000],
  ["set local lock_timeout = '5s'", null],
  ["begin; set lock_timeout = '5s'", 5000],
  ["begin; set lock_timeout = '5s'; commit", 5000],
  ["begin; set lock_timeout = '5s'; rollback", null],
  ["set lock_timeout = '1s'; begin; set lock_timeout = '5s'; rollback", 1000],
  ["begin; set local lock_timeout = '5s'; commit", null],
  ["begin; set local lock_timeout = '5s'; set lock_timeout = '2s'; commit", 2000],
  ["begin; set lock_timeout = '2s'; set local lock_timeout = '5s'; commit", 2000],
  ["begin; set lock_timeout = '2s'; set local lock_timeout = '5s'; rollback", null],
  ["begin; set lock_timeout = '2s'; set local lock_timeout = '5s'; reset lock_timeout; commit", null],
  ["begin; set lock_timeout = '1s'; savepoint a; set local lock_timeout = '5s'; rollback to a", 1000],
  ["begin; set lock_timeout = '1s'; savepoint a; set lock_timeout = '5s'; rollback to a; commit", 1000],
  ["begin; set lock_timeout = '1s'; savepoint a; set lock_timeout = '5s'; release a; commit", 5000],
  ["begin; savepoint a; set lock_timeout = '1s'; savepoint b; set lock_timeout = '5s'; rollback to b; rollback to a; commit", null],
  ["begin; savepoint a; savepoint a; set lock_timeout = '5s'; release a; rollback to a; commit", null],
  ["begin; savepoint a; commit; begin; set lock_timeout = '5s'; rollback to a", 5000],
])("%s", (text, lockTimeout) => {
  expect(sessionAfter(text).lockTimeout).toBe(lockTimeout);
});

it("takes back the role and the search path too", () => {
  expect(sessionAfter("begin; set role a; set search_path = b; rollback")).toMatchObject({ role: null, searchPath: ["public"], transaction: null });
  expect(sessionAfter("set local role a; set search_path = b; commit", { wraps: "version" })).toMatchObject({ role: null, searchPath: ["b"], transaction: null });
});

it("makes a transaction again of what follows a COMMIT in one string", () => {
  expect(sessionAfter("begin; select 1; commit", { implicit: true }).transaction).toBe("implicit");
  expect(sessionAfter("select 1; commit", { implicit: true }).transaction).toBe("implicit");
  expect(sessionAfter("select 1; commit", { wraps: "version" }).transaction).toBe(null);
});
