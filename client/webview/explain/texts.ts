// The tabs that show text: the query with the selected node's objects marked, the plan as text and as JSON.

import { h } from "./element";
import { marked, plain } from "./marked";
import type { PlanModel } from "./model";
import type { View } from "./view";

/** In characters: a browser takes seconds to lay out more. */
const most = 400_000;

export function createText(text: string, name: string): View {
  const element = h("pre", { class: "page code", tabindex: 0, role: "region", "aria-label": name });
  element.textContent = text.length > most ? `${text.slice(0, most)}\n…\n${(text.length - most).toLocaleString("en")} characters more: Export has all of it.` : text;
  return { element, select: () => undefined, focus: () => element.focus(), dispose: () => undefined };
}

export function createQuery(model: PlanModel): View {
  const text = model.result.query;
  const element = h("pre", { class: "page code", tabindex: 0, role: "region", "aria-label": "Query" });
  function show(path: string | null): void {
    if (text === null) {
      element.textContent = "The plan does not say which query it is of.";
      return;
    }
    const tree = path === null ? undefined : model.byPath.get(path);
    const names = new Set([tree?.node.relation?.split(".").at(-1), /\bon \S+ (\S+)$/.exec(tree?.node.title ?? "")?.[1]].filter((name) => name !== undefined).map(plain));
    const parts = names.size === 0 ? [{ text: text.slice(0, most), marked: false }] : marked(text.slice(0, most), names);
    element.replaceChildren(...parts.map((part) => (part.marked ? h("mark", {}, part.text) : part.text)));
  }
  show(model.hottest?.node.path ?? null);
  return { element, select: show, focus: () => element.focus(), dispose: () => undefined };
}
