export * from "./core";
export * from "./entities";
export * from "./history";
