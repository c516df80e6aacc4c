export * from "./teams.js";
export { default as projects } from "./projects";
export { boards as kanbanBoards, boardKind } from "@/schema/boards";
export * from "./tasks.js";
export * from "@workbench/shared/tables";
export * as internal from "./internal";
import { hidden } from "./internal";
export type Hidden = typeof hidden;
// A shape that drizzle-kit does not look into.
export const everything = { hidden };
export const list = [hidden];
