// What the schema uses of an extension, as far as the names of its objects tell (the control scripts of contrib, pgvector
// and PostGIS).

import type { Dependent } from "./dependents";
import type { Index, QualifiedName } from "../../schema/model";
import type { SchemaView } from "../../schema/view";
import { display } from "../wording";

interface Provided {
  readonly types?: readonly string[];
  readonly functions?: RegExp;
  readonly operatorClasses?: RegExp;
}

const provided: Readonly<Record<string, Provided>> = {
  citext: { types: ["citext"] },
  hstore: { types: ["hstore"], operatorClasses: /_hstore_ops$/ },
  intarray: { operatorClasses: /^(?:gin|gist)__int(?:big)?_ops$/ },
  ltree: { types: ["ltree"], operatorClasses: /_ltree_ops$/ },
  pg_trgm: { functions: /^(?:similarity|word_similarity|strict_word_similarity|show_trgm)$/, operatorClasses: /_trgm_ops$/ },
  pgcrypto: { functions: /^(?:crypt|digest|hmac|gen_salt|gen_random_bytes|pgp_\w+)$/ },
  postgis: { types: ["geometry", "geography"], functions: /^st_/ },
  unaccent: { functions: /^unaccent$/ },
  "uuid-ossp": { functions: /^uuid_generate_v\w+$/ },
  vector: { types: ["vector", "halfvec", "sparsevec"], operatorClasses: /^(?:vector|halfvec|sparsevec)_\w+_ops$/ },
};

/** Columns of its types, indexes with its operator classes, defaults that call its functions. Walks the whole schema: for DROP EXTENSION alone. */
export function dependentsOfExtension(view: SchemaView, extension: string): readonly Dependent[] {
  const own = provided[extension];
  if (!own) return [];
  const found: Dependent[] = [];
  const add = (kind: Dependent["kind"], text: string, of: QualifiedName, part: string): void => void found.push({ text, kind, of, part });
  const isType = (type: { readonly schema: string; readonly name: string }): boolean => type.schema !== "pg_catalog" && own.types?.includes(type.name) === true && view.type(type) === undefined;
  const usesIt = (index: Index): boolean => own.operatorClasses !== undefined && index.elements.some(({ opclass }) => opclass !== null && own.operatorClasses!.test(lastPart(opclass)));
  for (const relation of view.relations()) {
    if (relation.kind !== "table" && relation.kind !== "view") continue;
    for (const index of relation.indexes) if (usesIt(index)) add("index", `index ${display({ schema: relation.schema, name: index.name })}`, relation, index.name);
    if (relation.kind !== "table") continue;
    for (const column of relation.columns) {
      const name = `${display(relation)}.${column.name}`;
      if (isType(column.type)) add("column", `column ${name}`, relation, column.name);
      else if (own.functions && column.default?.functions.some((called) => own.functions!.test(lastPart(called))) === true) add("default", `the default of ${name}`, relation, column.name);
    }
  }
  return found;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
