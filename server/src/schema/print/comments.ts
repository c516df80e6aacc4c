import { quoteLiteral } from "./text";

/** `target` is what stands after ON: `TABLE public.orders`. */
export function commentText(target: string, comment: string | null): string[] {
  return comment === null ? [] : [`COMMENT ON ${target} IS ${quoteLiteral(comment)};`];
}
