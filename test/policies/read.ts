import { Conditions } from "../../server/src/policies/conditions";
import type { Condition } from "../../server/src/policies/condition";
import { testParser } from "../sql/parsers";

export const { parse } = await testParser();
export const conditions = new Conditions(parse);

/** The condition that a policy's text is. */
export const condition = (text: string): Condition => conditions.of({ text, columns: [], functions: [] });
