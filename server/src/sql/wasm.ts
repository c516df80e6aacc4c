// The little of Emscripten's and WebAssembly's interfaces that is used here. The project's `lib` has no DOM, where
// TypeScript keeps the WebAssembly types.

/** A compiled module: a `WebAssembly.Module`. Compile it once, instances are cheap. */
export interface WasmModule {
  readonly __wasmModule?: never;
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => object;
};

/** What `libpg-query-<version>/wasm/libpg-query.js` exports: makes one instance. */
export type PgQueryFactory = (options: {
  readonly instantiateWasm: (imports: object, success: (instance: object) => void) => object;
  readonly print: (text: string) => void;
  readonly printErr: (text: string) => void;
}) => Promise<PgQueryInstance>;

/** Pointers are byte offsets into the instance's memory. The four versions (15 to 18) share these functions. */
export interface PgQueryInstance {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(query: number): number;
  _wasm_free_parse_result(result: number): void;
  getValue(pointer: number, type: "i32"): number;
  UTF8ToString(pointer: number): string;
  stringToUTF8(text: string, pointer: number, maxBytes: number): void;
}

/** Compiles `libpg-query.wasm`. Throws where the bytes are not WebAssembly. */
export function compileWasm(bytes: Uint8Array): WasmModule {
  return new WebAssembly.Module(bytes);
}

export function instantiate(factory: PgQueryFactory, module: WasmModule): Promise<PgQueryInstance> {
  return factory({
    instantiateWasm: (imports, success) => {
      success(new WebAssembly.Instance(module, imports));
      return {};
    },
    // An abort is thrown as well: nothing may be written to a language server's standard output.
    print: () => undefined,
    printErr: () => undefined,
  });
}

/** Postgres's own verdict on a text: its tree as JSON, or its error. */
export type RawResult =
  | { readonly ok: true; readonly json: string }
  /** `cursor` is Postgres's: 1-based, in code points, 0 where it names no place. */
  | { readonly ok: false; readonly message: string; readonly cursor: number };

/**
 * One call of pg_query_parse. Whatever is thrown (stack overflow, memory, abort) is not Postgres's: the instance must not
 * be used again. The structs are the same in all four versions:
 * PgQueryParseResult { char *parse_tree; char *stderr_buffer; PgQueryError *error; } and
 * PgQueryError { char *message; char *funcname; char *filename; int lineno; int cursorpos; char *context; }.
 */
export function parseRaw(instance: PgQueryInstance, text: string, bytes: number): RawResult {
  const query = instance._malloc(bytes + 1);
  if (query === 0) throw new Error("out of memory");
  instance.stringToUTF8(text, query, bytes + 1);
  const result = instance._wasm_parse_query_raw(query);
  if (result === 0) throw new Error("out of memory");
  const tree = instance.getValue(result, "i32");
  const error = instance.getValue(result + 8, "i32");
  let answer: RawResult;
  if (error !== 0) {
    const message = instance.getValue(error, "i32");
    answer = {
      ok: false,
      message: message === 0 ? "syntax error" : instance.UTF8ToString(message),
      cursor: instance.getValue(error + 16, "i32"),
    };
  } else if (tree !== 0) answer = { ok: true, json: instance.UTF8ToString(tree) };
  else throw new Error("no parse tree");
  instance._wasm_free_parse_result(result);
  instance._free(query);
  return answer;
}
