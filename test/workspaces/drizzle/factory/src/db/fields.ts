import { boolean, integer, text, type PgColumnBuilderBase } from "drizzle-orm/pg-core";

const flags = ["emails", "webhooks", "publicLinks"] as const;
const limits = { forms: 10, answersPerForm: 5_000, days: 30 };

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function limitColumns() {
  const result: Record<string, PgColumnBuilderBase> = {};
  for (const [name, value] of Object.entries(limits)) {
    result[`limit_${name}`] = integer(`limit_${snake(name)}`).notNull().default(value);
  }
  return result;
}

export const fields = {
  ...flags.reduce((all, flag) => ({ ...all, [flag]: boolean(`with_${snake(flag)}`).notNull().default(flag !== "webhooks") }), {} as Record<string, PgColumnBuilderBase>),
  ...limitColumns(),
};

export const localized = (...names: string[]) =>
  Object.fromEntries(
    names.flatMap((name) =>
      ["en", "de"].filter((language) => language !== "de" || name !== "hint").map((language) => [`${name}_${language}`, language === "en" ? text(`${name}_${language}`).notNull() : text(`${name}_${language}`)]),
    ),
  );
