// The history as steps with a cursor: what is kept, what is made again, and what a half-typed statement leaves standing.

import { describe, expect, it } from "vitest";
import { schemaJson } from "../../../server/src/schema/print/json";
import { schemaSql } from "../../../server/src/schema/print/sql";
import { keep, type Reads } from "../../../server/src/schema/store";
import { Timeline } from "../../../server/src/schema/timeline";
import { SqlDocument } from "../../../server/src/sql/document";
import { Generator, Random } from "../../postgres/replayGenerator";
import { parser, table, version } from "./replay";

const history = `
  create table a (id int primary key, name text);
  create table b (id int primary key, a_id int references a);
  create index on a (name);
  alter table b rename column a_id to owner;
  create view v as select id, owner from b;
  alter table a add column note text;
`;

function open(text: string): { document: SqlDocument; timeline: Timeline; update: (text: string) => void } {
  const document = new SqlDocument("1.sql", text, parser);
  const timeline = new Timeline();
  const set = (): void => {
    timeline.setVersions([version("1", document.statements)]);
    timeline.moveTo(timeline.length);
  };
  set();
  return {
    document,
    timeline,
    update(next) {
      document.update(next);
      set();
    },
  };
}

const relationsAt = (timeline: Timeline, index: number): readonly unknown[] => {
  timeline.moveTo(index);
  return [...timeline.view().relations()];
};

describe("the cursor", () => {
  it("moves back and forth to identical objects", () => {
    const { timeline } = open(history);
    const before = Array.from({ length: timeline.length + 1 }, (_, i) => relationsAt(timeline, i));
    for (const i of [timeline.length, 0, 3, 1, timeline.length, 2, timeline.length]) {
      const now = relationsAt(timeline, i);
      expect(now).toHaveLength(before[i]!.length);
      now.forEach((relation, at) => expect(relation).toBe(before[i]![at]));
    }
  });

  it("shows the schema before the step that it has passed", () => {
    const { timeline } = open(history);
    timeline.moveTo(6);
    expect(table(timeline.viewBefore(), "a").columns.map(({ name }) => name)).toEqual(["id", "name"]);
    expect(table(timeline.view(), "a").columns.map(({ name }) => name)).toEqual(["id", "name", "note"]);
  });

  it.each([
    ["creates", history],
    ["drops", `${history} drop view v;`],
    ["changes", history.replace("create view v as select id, owner from b;", "")],
    ["renames", `${history} alter table a rename to z;`],
    ["changes nothing", `${history} select 1;`],
  ])("shows all there was before a step that %s", (_, text) => {
    const { timeline } = open(text);
    for (let i = 1; i <= timeline.length; i++) {
      const before = relationsAt(timeline, i - 1);
      timeline.moveTo(i);
      const reads: Reads = new Map();
      const shown = timeline.viewBefore(reads).relations();
      expect(shown).toHaveLength(before.length);
      shown.forEach((relation, at) => expect(relation).toBe(before[at]));
      // What was read holds in the schema that it was read of, and in no other.
      expect(timeline.holds(keep(reads))).toBe(before.length === timeline.view().relations().length && timeline.view().relations().every((relation, at) => relation === before[at]));
      timeline.moveTo(i - 1);
      expect(timeline.holds(keep(reads))).toBe(true);
    }
  });
});

it("knows what used an object before the step that took it away", () => {
  const { timeline } = open(`${history} drop view v;`);
  const reads: Reads = new Map();
  expect(timeline.viewBefore(reads).usersOf({ schema: "public", name: "b" })).toHaveLength(1);
  expect(timeline.view().usersOf({ schema: "public", name: "b" })).toEqual([]);
  expect(timeline.holds(keep(reads))).toBe(false);
  timeline.moveTo(timeline.length - 1);
  expect(timeline.holds(keep(reads))).toBe(true);
});

describe("an edit", () => {
  it("leaves alone the steps that read nothing of what it changed", () => {
    const { timeline, update } = open(history);
    const before = table(timeline.view(), "b");
    const note = table(timeline.view(), "a").columns.at(-1);
    update(history.replace("on a (name)", "on a (name desc)"));
    expect(table(timeline.view(), "b")).toBe(before);
    expect(table(timeline.view(), "a").indexes[0]!.elements[0]!.order).toBe("desc");
    // The table was made again, by a step that read the table before it.
    expect(table(timeline.view(), "a").columns.at(-1)).not.toBe(note);
  });

  it("that moves text keeps every object", () => {
    const { timeline, update } = open(history);
    const before = relationsAt(timeline, timeline.length);
    update(`-- a comment\n\n${history}`);
    const after = relationsAt(timeline, timeline.length);
    after.forEach((relation, i) => expect(relation).toBe(before[i]));
  });
});

describe("a half-typed statement", () => {
  it("stands for what it did when it could last be read", () => {
    const { timeline, update } = open(history);
    const typed = history.replace("create table b (id int primary key, a_id int references a);", "create table b (id int primary key, a_id int references a, extra );");
    update(typed);
    expect(table(timeline.view(), "b").columns.map(({ name }) => name)).toEqual(["id", "owner"]);
    update(typed.replace("extra )", "extra in)"));
    expect(table(timeline.view(), "b").columns.map(({ name }) => name)).toEqual(["id", "owner"]);
    update(typed.replace("extra )", "extra int)"));
    expect(table(timeline.view(), "b").columns.map(({ name }) => name)).toEqual(["id", "owner", "extra"]);
    expect(timeline.problems()).toEqual([]);
  });

  it("that never could be read does nothing", () => {
    const { timeline } = open("create table a (id int); alter table a add");
    expect(table(timeline.view(), "a").columns).toHaveLength(1);
  });
});

describe("any sequence of edits", () => {
  // Valid statements only: what a half-typed one did before is remembered on purpose, and a fresh replay cannot know it.
  it.each(Array.from({ length: 40 }, (_, i) => i + 1))("gives the schema of a fresh replay (seed %i)", (seed) => {
    const random = new Random(seed);
    const generator = new Generator(random);
    const timeline = new Timeline();
    const documents: SqlDocument[] = [];
    const versions = () => documents.map((document, i) => version(`v${i}`, document.statements));
    for (let edit = 0; edit < 40; edit++) {
      timeline.moveTo(timeline.length);
      const text = generator.statement(timeline.view());
      const document = random.of(documents);
      const change = document && random.of(["append", "append", "append", "insert", "remove", "replace", "file"] as const);
      if (!document || change === "file") documents.splice(random.below(documents.length + 1), 0, new SqlDocument(`${edit}.sql`, `${text};`, parser));
      else document.update(edited(random, document, text, change!));
      timeline.setVersions(versions());
      if (random.chance(0.3)) timeline.moveTo(random.below(timeline.length + 1));
      timeline.moveTo(timeline.length);
    }
    const fresh = new Timeline();
    fresh.setVersions(versions());
    fresh.moveTo(fresh.length);
    expect(schemaSql(timeline.view())).toBe(schemaSql(fresh.view()));
    expect(schemaJson(timeline.view(), timeline.problems())).toEqual(schemaJson(fresh.view(), fresh.problems()));
  });
});

function edited(random: Random, document: SqlDocument, text: string, change: "append" | "insert" | "remove" | "replace"): string {
  const statement = random.of(document.statements);
  const all = document.text;
  if (!statement || change === "append") return `${all}\n${text};`;
  const end = statement.start + statement.parsed.text.length;
  if (change === "insert") return `${all.slice(0, statement.start)}${text};\n${all.slice(statement.start)}`;
  return `${all.slice(0, statement.start)}${change === "replace" ? text : "select 1"}${all.slice(end)}`;
}
