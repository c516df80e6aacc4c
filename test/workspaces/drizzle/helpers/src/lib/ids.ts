import { randomBytes } from "node:crypto";

export const createId = (prefix: string): string => `${prefix}_${randomBytes(12).toString("hex")}`;
