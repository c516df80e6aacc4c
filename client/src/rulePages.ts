// The rules' pages, shipped with the extension and read without a network: found, listed, linked to, opened.
import * as vscode from "vscode";

export interface RulePages extends vscode.UriHandler {
  /** The link that opens a page through this handler, for the `file:` URI of the page; undefined for any other URI. */
  linkFor(page: vscode.Uri): vscode.Uri | undefined;
  /** The same by the rule's id. */
  linkOf(ruleId: string): vscode.Uri;
  list(): Promise<RulePage[]>;
  /** Opens the page of a rule id in the Markdown preview. Rejects with a sentence for a person if there is none. */
  open(ruleId: string): Promise<void>;
}

export interface RulePage {
  readonly id: string;
  /** The page's first sentence. */
  readonly summary: string;
}

const pagePath = /\/docs\/rules\/([a-z0-9-]+)\/([a-z0-9-]+)\.md$/;
const linkPath = /^\/rule\/([a-z0-9-]+\/[a-z0-9-]+)$/;
const ruleId = /^[a-z0-9-]+\/[a-z0-9-]+$/;

export function createRulePages(context: vscode.ExtensionContext): RulePages {
  const folder = vscode.Uri.joinPath(context.extensionUri, "docs", "rules");

  async function open(id: string): Promise<void> {
    // Any web page can send a vscode: link: an id is a name in one folder, never a path out of it.
    const page = ruleId.test(id) ? vscode.Uri.joinPath(folder, `${id}.md`) : undefined;
    if (!page || !(await exists(page))) throw new Error(vscode.l10n.t("Plumbline has no rule {0}.", id));
    try {
      await vscode.commands.executeCommand("markdown.showPreview", page);
    } catch {
      // The built-in Markdown extension can be switched off: the page's source is still readable.
      await vscode.window.showTextDocument(page);
    }
  }

  const linkOf = (id: string): vscode.Uri => vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: context.extension.id.toLowerCase(), path: `/rule/${id}` });

  return {
    linkFor(page) {
      const match = page.scheme === "file" ? pagePath.exec(page.path) : null;
      return match ? linkOf(`${match[1]!}/${match[2]!}`) : undefined;
    },
    linkOf,
    async handleUri(uri) {
      const id = linkPath.exec(uri.path)?.[1] ?? uri.path;
      try {
        await open(id);
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    },
    open,
    async list() {
      const pages: RulePage[] = [];
      for (const category of await names(folder, vscode.FileType.Directory)) {
        const inside = vscode.Uri.joinPath(folder, category);
        for (const file of await names(inside, vscode.FileType.File)) {
          if (!file.endsWith(".md")) continue;
          const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(inside, file)));
          pages.push({ id: `${category}/${file.slice(0, -3)}`, summary: firstSentence(text) });
        }
      }
      return pages.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

async function names(folder: vscode.Uri, type: vscode.FileType): Promise<string[]> {
  if (!(await exists(folder))) return [];
  return (await vscode.workspace.fs.readDirectory(folder)).filter(([, found]) => found === type).map(([name]) => name);
}

/** The first line of a page that is text: no heading, comment, table or front matter. */
function firstSentence(page: string): string {
  return page.split(/\r?\n/).find((line) => /^[\p{L}`*]/u.test(line)) ?? "";
}
