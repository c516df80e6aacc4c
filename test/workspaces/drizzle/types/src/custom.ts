import { sql } from "drizzle-orm";
import { customType } from "drizzle-orm/pg-core";

export const citext = customType<{ data: string }>({
  dataType() {
    return "citext";
  },
});

export const bytea = customType<{ data: Buffer; notNull: false; default: false }>({ dataType: () => "bytea" });

export const tsvector = customType<{ data: string }>({
  dataType() {
    return `tsvector`;
  },
});

const kinds = { day: "date", moment: "timestamp (3) with time zone" } as const;

export const when = customType<{ data: Date; config: { kind: keyof typeof kinds }; configRequired: true }>({
  dataType({ kind }) {
    switch (kind) {
      case "day":
        return kinds.day;
      default:
        return kinds[kind];
    }
  },
});

export const fixed = customType<{ data: number; driverData: string; config: { precision: number; scale?: number } }>({
  dataType: (config) => (config === undefined ? "numeric" : `numeric(${config.precision}, ${config.scale ?? 2})`),
  fromDriver: (value) => Number(value),
});

export const tstzrange = customType<{ data: [Date, Date]; driverData: string }>({
  dataType: () => "tstzrange",
  toDriver: ([from, to]) => sql`tstzrange(${from.toISOString()}, ${to.toISOString()})`,
});

export const ltreeLike = (name: string, length: number) => customType<{ data: string }>({ dataType: () => `varchar(${length})` })(name);
