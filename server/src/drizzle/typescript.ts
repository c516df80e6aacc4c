// The compiler's API, of which only the parser is used. It is large: project/ loads it when a schema in TypeScript is there.

import type TypeScript from "typescript";

export type { TypeScript };
export type Compiler = typeof TypeScript;
