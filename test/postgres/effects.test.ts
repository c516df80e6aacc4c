// Every entry of the model of locks, run on each supported server: what it says is what Postgres does.

import { describe, expect, it } from "vitest";
import { predict } from "../../server/generate/predict";
import { formGroups, type Form } from "../../server/src/locks/forms";
import { inPgLocks } from "../locks/names";
import { testParser } from "../sql/parsers";
import { observe, type Facts } from "./locks";
import { postgresVersions } from "./server";
import { withServer } from "./withServer";

const parser = await testParser();
const forms = formGroups.flatMap(({ forms }) => forms);
/** Modes below it are taken by every reader. */
const weak = new Set(["AccessShareLock"]);

interface Claims {
  readonly locks: readonly string[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
}

function predicted(form: Form, version: number): Claims {
  const effects = predict(parser, form.given, form.statement, version);
  const work = effects.flatMap((each) => each.work);
  const name = ({ relation }: (typeof work)[number]): string => `${relation.schema}.${relation.name}`;
  return {
    locks: effects.flatMap((each) => each.locks.map((lock) => `${lock.relation.schema}.${lock.relation.name} ${inPgLocks(lock.mode)}`)).filter((each) => !weak.has(each.split(" ")[1]!)).sort(),
    rewrites: [...new Set(work.filter((each) => each.kind === "rewrite" || each.kind === "empty").map(name))].sort(),
    scans: [...new Set(work.filter((each) => each.kind !== "empty").map(name))].sort(),
  };
}

/** Of the relations that hold rows, and of indexes that the model speaks of. */
function observed(facts: Facts, spoken: Claims, relations: (name: string) => boolean): Claims {
  const strongest = new Map<string, string>();
  for (const { relation, mode } of facts.locks) if (!strongest.has(relation)) strongest.set(relation, mode);
  const named = new Set(spoken.locks.map((each) => each.split(" ")[0]!));
  return {
    locks: [...strongest].filter(([relation, mode]) => !weak.has(mode) && (relations(relation) || named.has(relation))).map(([relation, mode]) => `${relation} ${mode}`).sort(),
    rewrites: facts.rewrites.flatMap((each) => /^(?:table|materialized view) (.*)$/.exec(each)?.[1] ?? []).sort(),
    scans: [...facts.scanned],
  };
}

describe.each(postgresVersions)("the model of locks on Postgres %i", (version) => {
  const server = withServer(version);
  const here = forms.filter((form) => form.versions?.includes(version) ?? true);

  it.each(here)("$form", async (form) => {
    const facts = await observe(server(), { setup: form.given, statement: form.statement, transaction: form.alone !== true });
    expect(facts.error, facts.error?.message).toBeNull();
    const spoken = predicted(form, version);
    const tables = new Set(form.given.flatMap((each) => /^CREATE (?:TABLE|MATERIALIZED VIEW) (\w+)/.exec(each)?.[1] ?? []).map((name) => `public.${name}`));
    expect(observed(facts, spoken, (name) => tables.has(name))).toEqual(spoken);
  });
});
