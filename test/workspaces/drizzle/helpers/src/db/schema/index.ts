export { currency } from "../columns";
export * from "./accounts";
export * from "./deliveries";
export * from "./billing";
export type { Account } from "./accounts";
