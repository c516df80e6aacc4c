import { describe, expect, it } from "vitest";
import { predict } from "../../server/generate/predict";
import { formGroups, type Form } from "../../server/src/locks/forms";
import { blocksReads, blocksWrites } from "../../server/src/locks/modes";
import { testParser } from "../sql/parsers";

const parser = await testParser();
const forms = formGroups.flatMap((group) => group.forms);
const byName = new Map(forms.map((form) => [form.form, form]));

/** The tables whose rows are read or written while a lock keeps writers out of them, and a materialized view's readers. */
function blockedWork(form: Form): readonly string[] {
  const effects = predict(parser, form.given, form.statement, form.versions?.at(-1) ?? 18);
  return effects.flatMap(({ locks, work }) =>
    work.flatMap(({ kind, relation: { schema, name } }) => {
      const lock = locks.find(({ relation }) => relation.schema === schema && relation.name === name);
      return kind !== "empty" && lock && (name === "m" ? blocksReads : blocksWrites)(lock.mode) ? [name] : [];
    }),
  );
}

it("names each form once", () => {
  expect(byName.size).toBe(forms.length);
});

describe("the safe way keeps nobody out while it reads or writes rows", () => {
  it.each(forms.filter((form) => form.safe !== undefined))("$form", (form) => {
    const steps = (form.safe ?? []).flatMap((step) => byName.get(step) ?? []);
    expect(steps.length > 0 || /^(?:none: |pg_repack)/.test(form.safe?.[0] ?? ""), "a step that is a form").toBe(true);
    for (const step of steps) expect(blockedWork(step), step.form).toEqual([]);
  });

  it.each(forms.filter((form) => blockedWork(form).length > 0))("$form says what to do instead", (form) => {
    expect(form.safe).toBeDefined();
  });
});
