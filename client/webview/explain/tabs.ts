// Tabs by the pattern of https://www.w3.org/WAI/ARIA/apg/patterns/tabs/: arrows choose, Tab goes into what is shown.

import { h, set } from "./element";
import type { Tab } from "./messages";

export interface Tabs {
  readonly element: HTMLElement;
  readonly panel: HTMLElement;
  choose(tab: Tab): void;
}

export function createTabs(tabs: readonly (readonly [Tab, string])[], onChoose: (tab: Tab) => void): Tabs {
  const panel = h("div", { class: "panel", role: "tabpanel", id: "panel" });
  const buttons = new Map(tabs.map(([tab, name]) => [tab, h("button", { type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": "panel", onclick: () => onChoose(tab) }, name)]));
  const element = h("div", { class: "tabs", role: "tablist", "aria-label": "Views" }, ...buttons.values());
  element.addEventListener("keydown", (event) => {
    const index = tabs.findIndex(([tab]) => buttons.get(tab) === document.activeElement);
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (index < 0 || to === undefined) return;
    const [tab] = tabs[(to + tabs.length) % tabs.length]!;
    onChoose(tab);
    buttons.get(tab)!.focus();
    event.preventDefault();
  });
  return {
    element,
    panel,
    choose(tab) {
      for (const [each, button] of buttons) {
        set(button, "aria-selected", each === tab ? "true" : "false");
        set(button, "tabindex", each === tab ? 0 : -1);
      }
      set(panel, "aria-labelledby", `tab-${tab}`);
    },
  };
}
