import type { Option } from "../model";

/** SET of options: the changed ones replace those of the same name. */
export function mergeOptions(options: readonly Option[], changed: readonly Option[]): readonly Option[] {
  return [...options.filter((option) => !changed.some((other) => other.name === option.name)), ...changed];
}
