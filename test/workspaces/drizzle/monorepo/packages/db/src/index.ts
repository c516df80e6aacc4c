export * as schema from "./schema/index.js";
export * from "./constants.js";
