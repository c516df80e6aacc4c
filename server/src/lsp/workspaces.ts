// The open projects: one a workspace folder, and one for the folder of a file that stands in none.

import type { Connection, WorkspaceFolder } from "vscode-languageserver";
import { toFile } from "./convert";
import type { Guard } from "./guard";
import { defaultSettings, readSettings, type EditorSettings } from "./settings";
import { statusNotification, type StatusParams } from "../protocol";
import { nodeFileSystem } from "../project/nodeFileSystem";
import { isInside, parentFolder } from "../project/paths";
import { Workspace } from "../project/workspace";
import { rules } from "../rules/index.generated";

interface Opened {
  readonly folder: string;
  readonly settings: EditorSettings;
  workspace: Workspace;
}

export interface WorkspacesOptions {
  readonly connection: Connection;
  readonly guard: Guard;
  readonly trusted: boolean;
  readonly configuration: boolean;
  readonly progress: boolean;
  /** The text of a document that is open in the editor. */
  readonly overlay: (file: string) => string | null;
  /** A project was read, or is read again: it is among `all` next. */
  readonly onRead: () => void;
}

export class Workspaces {
  private readonly opened = new Map<string, Promise<Opened | null>>();
  private folders: readonly string[] = [];

  constructor(private readonly options: WorkspacesOptions) {}

  setFolders(folders: readonly WorkspaceFolder[]): void {
    this.folders = folders.map((folder) => toFile(folder.uri).replace(/(?<=.)\/$/, ""));
    for (const folder of this.opened.keys()) if (!this.folders.includes(folder)) this.opened.delete(folder);
    for (const folder of this.folders) void this.open(folder);
  }

  /** The project that a file is judged in. */
  async of(file: string): Promise<Workspace | null> {
    return (await this.open(this.folderOf(file)))?.workspace ?? null;
  }

  async settingsOf(file: string): Promise<EditorSettings> {
    return (await this.open(this.folderOf(file)))?.settings ?? defaultSettings;
  }

  async all(): Promise<readonly Workspace[]> {
    const opened = await Promise.all(this.folders.map((folder) => this.open(folder)));
    return opened.flatMap((each) => (each ? [each.workspace] : []));
  }

  /** Reads everything again, keeping what is parsed: files have come or gone, or the configuration has changed. */
  async reload(): Promise<void> {
    const folders = [...this.opened.keys()];
    await Promise.all(
      folders.map((folder) => {
        const next = this.opened.get(folder)!.then((earlier) => this.start(folder, earlier?.workspace));
        this.opened.set(folder, next);
        return next;
      }),
    );
  }

  private folderOf(file: string): string {
    const holding = this.folders.filter((folder) => isInside(folder, file)).sort((a, b) => b.length - a.length)[0];
    if (holding !== undefined) return holding;
    return file.includes(":") && !/^[a-z]:\//i.test(file) ? (this.folders[0] ?? "/") : parentFolder(file);
  }

  private open(folder: string): Promise<Opened | null> {
    let opened = this.opened.get(folder);
    if (!opened) {
      opened = this.start(folder);
      this.opened.set(folder, opened);
    }
    return opened;
  }

  private async start(folder: string, earlier?: Workspace): Promise<Opened | null> {
    const { connection, guard } = this.options;
    const progress = this.options.progress ? await connection.window.createWorkDoneProgress() : null;
    try {
      progress?.begin("Plumbline: reading migrations", 0);
      void connection.sendNotification(statusNotification, { state: "indexing", message: "Reading migrations" } satisfies StatusParams);
      const settings = await readSettings(connection, this.options.configuration, folder);
      const workspace = await Workspace.open(
        {
          folder,
          fileSystem: nodeFileSystem,
          rules,
          trusted: this.options.trusted,
          settings: { preset: settings.preset, rules: settings.rules, postgresVersion: settings.postgresVersion, showReleased: settings.showReleased },
          workspaceFolders: this.folders,
          overlay: this.options.overlay,
          progress: (done, of) => {
            if (done % 50 === 0) progress?.report(Math.round((100 * done) / of), `${done} of ${of} files`);
          },
        },
        earlier,
      );
      void connection.sendNotification(statusNotification, { state: "ready", message: summary(workspace) } satisfies StatusParams);
      this.options.onRead();
      for (const { file, reason } of workspace.skipped) connection.console.info(`Not read: ${file}: ${reason}`);
      return { folder, settings, workspace };
    } catch (error) {
      guard.fault(`opening ${folder}`, error);
      return null;
    } finally {
      progress?.done();
    }
  }
}

function summary(workspace: Workspace): string {
  const { databases } = workspace;
  if (databases.length === 0) return "No migrations found";
  const versions = databases.reduce((sum, database) => sum + database.versions.length, 0);
  const tables = databases.reduce((sum, { drizzle }) => sum + (drizzle?.current.tables.length ?? 0), 0);
  return `${databases.length} ${databases.length === 1 ? "database" : "databases"}, ${versions} migrations${tables > 0 ? `, ${tables} tables in Drizzle` : ""}`;
}
