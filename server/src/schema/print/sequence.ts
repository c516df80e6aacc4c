import { sequenceExtras } from "../apply/extras";
import type { Sequence } from "../model";
import { quoteIdentifier } from "../../sql/identifiers";
import { nameText } from "./text";

/** START, INCREMENT, ...: where the count stands is data, and left out. */
export function sequenceOptions(sequence: Sequence): string[] {
  return sequence.options.flatMap(({ name, value }) => {
    switch (name) {
      case "increment":
        return [`INCREMENT BY ${value}`];
      case "start":
        return [`START WITH ${value}`];
      case "minvalue":
      case "maxvalue":
        return [value === "none" ? `NO ${name.toUpperCase()}` : `${name.toUpperCase()} ${value}`];
      case "cache":
        return [`CACHE ${value}`];
      case "cycle":
        return [value === "false" || value === "0" ? "NO CYCLE" : "CYCLE"];
      default:
        return [];
    }
  });
}

export function createSequenceText(sequence: Sequence): string {
  const type = sequence.type === "bigint" ? [] : [`AS ${sequence.type}`];
  return `CREATE${sequenceExtras(sequence).unlogged === true ? " UNLOGGED" : ""} SEQUENCE ${[nameText(sequence), ...type, ...sequenceOptions(sequence)].join(" ")};`;
}

export function ownedByText(sequence: Sequence): string | null {
  const { ownedBy } = sequence;
  return ownedBy && `ALTER SEQUENCE ${nameText(sequence)} OWNED BY ${nameText(ownedBy.table)}.${quoteIdentifier(ownedBy.column)};`;
}
