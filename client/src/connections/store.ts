// The connections that the user has saved, and which one is chosen in this workspace. Passwords are in VS Code's secret
// storage, and nowhere else.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";

export interface Connection {
  readonly id: string;
  readonly name: string;
  /** Without the password; empty: all of it comes from PG* variables. */
  readonly url: string;
  /** Nothing that writes runs there. */
  readonly production: boolean;
  /** Behind a transaction pooler. */
  readonly pooler: boolean;
  /** Nobody else works there: an index may be made and rolled back to try it. */
  readonly local?: boolean;
}

export interface ConnectionStore {
  readonly all: readonly Connection[];
  /** Undefined: the embedded database. */
  readonly chosen: Connection | undefined;
  choose(connection: Connection | undefined): Promise<void>;
  /** Adds one, or puts it in the place of the one with its id. `password` undefined: the one that is kept stays; null: none is kept. */
  save(connection: Connection, password: string | null | undefined): Promise<void>;
  remove(connection: Connection): Promise<void>;
  /** What is kept for it. */
  password(connection: Connection): Promise<string | null>;
  readonly onDidChange: vscode.Event<void>;
  dispose(): void;
}

const listKey = "connections";
const chosenKey = "connection";

export const newConnectionId = (): string => randomUUID();

export function createConnectionStore({ globalState, workspaceState, secrets }: vscode.ExtensionContext): ConnectionStore {
  const changed = new vscode.EventEmitter<void>();
  const secretOf = ({ id }: Connection): string => `connection.${id}`;
  const read = (): readonly Connection[] => globalState.get<readonly Connection[]>(listKey, []);
  const write = async (connections: readonly Connection[]): Promise<void> => {
    await globalState.update(listKey, connections);
    changed.fire();
  };

  return {
    get all() {
      return [...read()].sort((a, b) => a.name.localeCompare(b.name));
    },
    get chosen() {
      const id = workspaceState.get<string>(chosenKey);
      return read().find((connection) => connection.id === id);
    },
    async choose(connection) {
      await workspaceState.update(chosenKey, connection?.id);
      changed.fire();
    },
    async save(connection, password) {
      if (password !== undefined) {
        if (password === null) await secrets.delete(secretOf(connection));
        else await secrets.store(secretOf(connection), password);
      }
      await write([...read().filter(({ id }) => id !== connection.id), connection]);
    },
    async remove(connection) {
      await secrets.delete(secretOf(connection));
      await write(read().filter(({ id }) => id !== connection.id));
    },
    password: async (connection) => (await secrets.get(secretOf(connection))) ?? null,
    onDidChange: changed.event,
    dispose: () => changed.dispose(),
  };
}
