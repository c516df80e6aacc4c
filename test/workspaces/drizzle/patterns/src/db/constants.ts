import data from "./roles.json";

export enum Climate {
  Cold = "cold",
  Mild = "mild",
  Hot = "hot",
}

export const statuses = ["draft", "listed", "gone"] as const satisfies readonly string[];
export type Status = (typeof statuses)[number];

export const roles = data.roles as [string, ...string[]];
export const { limits } = data;

export const PREFIX = "lib_";
export const cascade = { onDelete: "cascade" } as const;

export function enumToPgEnum<T extends Record<string, any>>(values: T): [T[keyof T], ...T[keyof T][]] {
  return Object.values(values).map((value: any) => `${value}`) as any;
}

export const quoteAll = (values: readonly string[]) => values.map((value) => `'${value.replace(/'/g, "''")}'`).join(", ");

export const toSnake = (text: string) =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/\s+/g, "_")
    .toLowerCase();
