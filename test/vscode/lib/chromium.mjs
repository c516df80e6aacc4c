// The browser that shows the VS Code server's workbench: an installed Chromium, driven by playwright-core.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

/** The path of a Chromium or Chrome of this machine: CHROME_PATH, else one on the PATH or where installers put it. */
export function findChromium() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const windows = process.platform === "win32";
  const names = windows ? ["chrome.exe", "msedge.exe"] : ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const onPath = (process.env.PATH ?? "").split(delimiter).filter(Boolean).flatMap((folder) => names.map((name) => join(folder, name)));
  const installed = windows
    ? ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].map((key) => join(process.env[key] ?? "", "Google/Chrome/Application/chrome.exe"))
    : ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];
  return [...onPath, ...installed].find((file) => existsSync(file));
}

/** Starts the browser, without a window. @param {string} executablePath */
export function launch(executablePath) {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      // The container's own root has no sandbox to give; the pages are ours.
      "--no-sandbox",
      "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
    // Ended by us, together with everything else.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
