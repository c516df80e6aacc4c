// The explain panel's page in a Chromium, as VS Code would show it: the built bundle, the host's own HTML and policy, a theme's colours.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { panelPage } from "../../client/src/panels/page";
import type { SavedState, ShownPlan, ToHost, ToPanel } from "../../client/webview/explain/messages";
import { findChromium, launch } from "../vscode/lib/chromium.mjs";
import { themes, type Theme } from "./themes";

const dist = join(import.meta.dirname, "../../dist/webview");
const origin = "https://panel.test";

export async function startBrowser(): Promise<Browser> {
  const executable = findChromium();
  if (executable === undefined) throw new Error("Install Chromium (Debian: apt-get install chromium) or set CHROME_PATH to a Chrome.");
  if (!existsSync(join(dist, "explain.js"))) throw new Error("dist/ is missing: node esbuild.config.mjs makes it.");
  return launch(executable);
}

export interface Panel {
  readonly page: Page;
  /** What the page has said to its host. */
  sent(): Promise<ToHost[]>;
  post(message: ToPanel): Promise<void>;
  saved(): Promise<SavedState | null>;
  /** What broke: exceptions, and what the policy kept out. */
  readonly faults: string[];
}

export interface PanelOptions {
  readonly theme?: Theme;
  readonly size?: { readonly width: number; readonly height: number };
  /** What `getState` gives. */
  readonly state?: SavedState;
}

/** A page without a plan. */
export async function openPanel(browser: Browser, { theme = "dark", size = { width: 1100, height: 760 }, state }: PanelOptions = {}): Promise<Panel> {
  const page = await browser.newPage({ viewport: size });
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  const nonce = "n0nce";
  const files: Readonly<Record<string, { contentType: string; body: string }>> = {
    "/": { contentType: "text/html", body: panelPage({ title: "Plan", script: "/explain.js", style: "/explain-style.css", nonce }) },
    "/explain.js": { contentType: "text/javascript", body: readFileSync(join(dist, "explain.js"), "utf8") },
    "/explain-style.css": { contentType: "text/css", body: readFileSync(join(dist, "explain-style.css"), "utf8") },
  };
  await page.route(`${origin}/**`, (route) => {
    const file = files[new URL(route.request().url()).pathname];
    return file ? route.fulfill(file) : route.fulfill({ status: 204 });
  });
  await page.addInitScript(`{
    const host = { sent: [], saved: ${JSON.stringify(state ?? null)} ?? undefined };
    Object.assign(globalThis, {
      host,
      acquireVsCodeApi: () => ({ postMessage: (message) => host.sent.push(message), getState: () => host.saved, setState: (saved) => (host.saved = saved) }),
    });
    addEventListener("readystatechange", () => {
      for (const [name, value] of Object.entries(${JSON.stringify(themes[theme])})) document.documentElement.style.setProperty("--vscode-" + name, value);
    }, { capture: true, once: true });
  }`);
  await page.goto(`${origin}/`);
  return {
    page,
    faults,
    sent: () => page.evaluate("host.sent"),
    post: async (message) => {
      // As text: the types of playwright-core take plans for endless.
      await page.evaluate((data) => dispatchEvent(new MessageEvent("message", { data: JSON.parse(data) as unknown })), JSON.stringify(message));
    },
    saved: () => page.evaluate("host.saved ?? null"),
  };
}

export async function showPlan(panel: Panel, plan: ShownPlan, others = 0, before: ShownPlan | null = null): Promise<void> {
  await panel.post({ type: "show", plan, before, others });
}
