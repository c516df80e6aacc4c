// The workbench of a page, driven as a person drives it: palette, quick inputs, dialogs, notifications. Each step waits for what it needs to see.

/** In milliseconds: the embedded Postgres is made on first use. */
const patience = 60_000;

/** All of a text: what was typed is marked in it, by elements of its own. */
const whole = (text) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);

/** @param {import("playwright-core").Page} page */
export function workbench(page) {
  const input = page.locator(".quick-input-widget input.input");
  const widget = page.locator(".quick-input-widget:visible");
  const modal = page.locator(".monaco-dialog-box");

  /** The one with that title; a title is all that tells two apart which follow each other. */
  async function quickInput(title) {
    await widget.filter({ has: page.locator(".quick-input-title", { hasText: title }) }).waitFor({ timeout: patience });
    return {
      value: () => input.inputValue(),
      /** Waits until it says that of the value. */
      says: (text) => widget.filter({ hasText: text }).waitFor(),
      /** Waits until that can be picked. */
      offers: async (...labels) => {
        for (const label of labels) await widget.locator(".quick-input-list .monaco-list-row").filter({ hasText: label }).first().waitFor();
      },
      fill: (text) => input.fill(text),
      accept: () => page.keyboard.press("Enter"),
      /** Picks an entry by its label, in a list of several by its box. */
      pick: (label) => widget.locator(".quick-input-list .monaco-list-row").filter({ hasText: label }).first().click(),
    };
  }

  return {
    page,
    quickInput,
    async command(title) {
      // Commands of an extension come into the palette a while after the extension itself, and only when that is opened.
      for (const end = Date.now() + patience; ; ) {
        await page.keyboard.press("F1");
        await input.waitFor();
        await input.fill(`>${title}`);
        const row = widget.locator(".quick-input-list .monaco-list-row").filter({ has: page.locator(".label-name", { hasText: whole(title) }) }).first();
        if (await row.click({ timeout: Math.min(5_000, Math.max(1, end - Date.now())) }).then(() => true, () => false)) return;
        if (Date.now() > end) throw new Error(`The palette has no ${title}.`);
        await page.keyboard.press("Escape");
        await input.waitFor({ state: "hidden" });
      }
    },
    /** Opens a file of the workspace with the cursor on a line, from 1, or on "line:column". */
    async open(file, line = 1) {
      await page.keyboard.press("Control+P");
      await input.waitFor();
      await input.fill(`${file}:${line}`);
      await widget.locator(".quick-input-list .monaco-list-row.focused").filter({ hasText: file.split("/").at(-1) }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.locator(`.tab.active[data-resource-name="${file.split("/").at(-1)}"]`).waitFor();
      await input.waitFor({ state: "hidden" });
    },
    /** Text and buttons of the dialog that is up. */
    async dialog() {
      await modal.waitFor({ timeout: patience });
      return {
        text: await modal.locator(".dialog-message-container").innerText(),
        press: async (button) => {
          await modal.locator(".monaco-button", { hasText: button }).click();
          await modal.waitFor({ state: "hidden" });
        },
      };
    },
    /** The notification that says `text`. */
    async notification(text) {
      const found = page.locator(".notification-toast .notification-list-item").filter({ hasText: text }).first();
      await found.waitFor({ timeout: patience });
      return {
        text: () => found.locator(".notification-list-item-message").innerText(),
        press: (button) => found.locator(".monaco-button", { hasText: button }).click(),
      };
    },
    async closeNotifications() {
      await this.command("Notifications: Clear All Notifications");
      await page.locator(".notification-toast").first().waitFor({ state: "hidden" });
    },
    statusItem: () => page.locator("#plumbline\\.plumbline-postgres\\.plumbline\\.connection"),
    planTab: (source) => page.locator(".tab", { hasText: `Plan: ${source}` }),
  };
}
