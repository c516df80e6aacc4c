// One database of a project: its history's files become versions, the versions are replayed and judged.

import type { Documents } from "./documents";
import type { DrizzleDatabase } from "./drizzleSchema";
import type { Snapshot } from "./drizzleSnapshot";
import { closedStatement, downsOfFile, insertionOffset, nextMigration, readRegions, regionAt, statementSeparator, versionsOfFile, withoutTransaction } from "./readVersions";
import type { Releases } from "./released";
import type { History, HistoryFile } from "./tools/tool";
import { amendCode, amendColumn } from "../drizzle/edits/amend";
import type { ColumnChange } from "../drizzle/edits/columns";
import { removeDeclared, replaceText } from "../drizzle/edits/declared";
import type { CodeEdit } from "../drizzle/edits/file";
import type { SourceModule } from "../drizzle/module";
import type { DrizzleSchema } from "../drizzle/read";
import type { DeclaredStatement } from "../drizzle/statement";
import { fileFindings, withoutSuppressed } from "../lint/files";
import type { Finding, Fix, FixEdit } from "../lint/finding";
import { oncePerPlace } from "../lint/oncePerPlace";
import { lowerFixes, type CodeChange, type FixHost, type MigrationDraft } from "../lint/fixes";
import { DatabaseLinter, type Declared, type RuleFault } from "../lint/linter";
import type { LintSettings } from "../lint/settings";
import { suppressionsIn } from "../lint/suppressions";
import { Conditions } from "../policies/conditions";
import { AccessMatrix, type RelationAccess } from "../policies/matrix";
import type { DatabaseFacts, Version } from "../schema/history";
import { relationKey, sessionKey, type TrackedView } from "../schema/keys";
import type { Anchor, QualifiedName, Table } from "../schema/model";
import { initialSession, type Session } from "../schema/session";
import type { SqlDocument } from "../sql/document";
import type { SqlParser } from "../sql/parser";
import type { Statement } from "../sql/statement";
import type { Range } from "../text/range";

/** The versions that one file's text holds, kept for as long as its statements are the same. */
interface ReadFile {
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly versions: readonly Version[];
  readonly downs: ReadonlyMap<string, readonly Statement[] | null>;
}

export class ProjectDatabase {
  readonly linter: DatabaseLinter;
  /** The policies' expressions as logic. */
  readonly conditions: Conditions;
  readonly access: AccessMatrix;
  private readonly read = new Map<string, ReadFile>();
  private readonly withDowns = new WeakMap<Version, Version>();
  private byFile: ReadonlyMap<string, readonly Finding[]> | null = null;
  private byStatement: { readonly history: readonly Version[]; readonly versions: ReadonlyMap<Anchor, Version> } | null = null;
  private readonly entries: ReadonlyMap<string, HistoryFile>;
  private declaredAs: Declared | null = null;

  constructor(
    readonly facts: DatabaseFacts,
    readonly history: History,
    private readonly releases: (versions: readonly { readonly id: string; readonly file: string }[]) => Releases,
    private readonly documents: Documents,
    private readonly settings: LintSettings,
    parser: SqlParser,
    private readonly now: () => Date,
    /** The schema in TypeScript that owns its tables. */
    readonly drizzle: DrizzleDatabase | null = null,
    /** What drizzle-kit last wrote. */
    private readonly snapshot: Snapshot | null = null,
  ) {
    this.conditions = new Conditions(parser.parse);
    this.access = new AccessMatrix({ database: facts, condition: this.conditions.of, parse: parser.parse });
    this.linter = new DatabaseLinter(facts, settings, this.conditions);
    this.entries = new Map(history.files.map((file) => [file.file, file]));
  }

  has(file: string): boolean {
    return this.entries.has(file) || this.drizzle?.has(file) === true;
  }

  /** Of the history. */
  get files(): readonly string[] {
    return [...this.entries.keys()];
  }

  get versions(): readonly Version[] {
    this.judge();
    return this.linter.history;
  }

  /** The schema after the last version, with what the code declares. */
  head(): TrackedView {
    this.judge();
    return this.linter.head().view();
  }

  /** What the code declares, by itself; null where no code does. */
  declared(): TrackedView | null {
    this.judge();
    return this.linter.declaredTimeline()?.view() ?? null;
  }

  /** Who reaches what there. */
  accessAtHead(): readonly RelationAccess[] {
    this.head();
    return this.access.of(this.linter.timeline);
  }

  /** A file's text has changed: what was found is no longer known. */
  invalidate(): void {
    this.byFile = null;
  }

  /** A file's findings with those of the file as such, suppressions applied, sorted by position. */
  findings(file: string, ofFile: readonly Finding[]): readonly Finding[] {
    const code = this.drizzle?.module(file);
    if (code) return this.codeFindings(code, [...(this.judge().get(file) ?? []), ...ofFile]);
    const document = this.documents.get(file);
    if (!document) return [];
    const found = [...(this.judge().get(file) ?? []), ...ofFile];
    const inHistory = new Set(this.readFile(file, document).versions.flatMap((version) => version.statements));
    const released = this.fileReleased(file);
    const showReleased = this.settings.configuration.showReleased;
    return fileFindings({ document, released, judged: (statement) => inHistory.has(statement) && (!released || showReleased) }, found, this.settings);
  }

  private codeFindings(module: SourceModule, found: readonly Finding[]): readonly Finding[] {
    const suppressions = suppressionsIn(this.drizzle!.comments(module), ({ covers }) => ({ statement: null, covers }));
    const { file, text } = module;
    return oncePerPlace(withoutSuppressed({ document: { file, text, statements: [], comments: [], problems: [], templated: null }, released: false, judged: () => true }, found, suppressions, this.settings));
  }

  fixes(finding: Finding): readonly Fix[] {
    // What is said of half-typed code is said of an earlier text.
    if (this.drizzle?.module(finding.place.anchor.file)?.isHalfTyped === true) return [];
    return lowerFixes(finding, this.fixHost());
  }

  get faults(): readonly RuleFault[] {
    return this.linter.faults;
  }

  fileReleased(file: string): boolean {
    const versions = this.linter.history.filter((version) => version.files.includes(file));
    return versions.length > 0 && versions.every((version) => version.released);
  }

  /** The index of the first step after a statement, for "the schema as it is there"; null outside of the history. */
  stepAfter(statement: Statement): number | null {
    const { timeline } = this.linter;
    for (let i = 0; i < timeline.length; i++) if (timeline.step(i).statement === statement) return i + 1;
    return null;
  }

  private judge(): ReadonlyMap<string, readonly Finding[]> {
    if (this.byFile) return this.byFile;
    this.linter.setVersions(this.readVersions());
    if (this.drizzle) this.linter.setDeclared(this.declaredBy(this.drizzle));
    const byFile = new Map<string, Finding[]>();
    for (const finding of this.linter.run()) {
      const { file } = finding.place.anchor;
      const list = byFile.get(file);
      if (list) list.push(finding);
      else byFile.set(file, [finding]);
    }
    return (this.byFile = byFile);
  }

  /** Of a table that is not known in full, the code may still declare what the snapshot has. */
  private writtenByTool({ tables }: DrizzleSchema): Declared["writtenByTool"] {
    const { snapshot } = this;
    if (!snapshot) return () => false;
    const unsure = new Set(tables.flatMap(({ table, unknown }) => (unknown.length > 0 ? [`${table.schema ?? "public"}.${table.name}`] : [])));
    return (table, name) => snapshot.has(table, name) && !unsure.has(`${table.schema}.${table.name}`);
  }

  private declaredBy(drizzle: DrizzleDatabase): Declared {
    const { statements } = drizzle.current;
    if (this.declaredAs?.version.statements !== statements) {
      const transaction = { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false } as const;
      const version: Version = { id: declaredVersion, tool: "drizzle", transaction, released: false, files: drizzle.files, statements, down: null, harmless: true, repeatable: false };
      this.declaredAs = { code: drizzle.current, version, writtenByTool: this.writtenByTool(drizzle.current), compiler: drizzle.compiler, parse: drizzle.parse, valueIn: drizzle.valueIn, modules: [] };
    }
    return (this.declaredAs = { ...this.declaredAs, modules: drizzle.judged });
  }

  private versionByStatement(): ReadonlyMap<Anchor, Version> {
    const { history } = this.linter;
    if (this.byStatement?.history !== history) {
      this.byStatement = { history, versions: new Map(history.flatMap((version) => [...version.statements, ...(version.down ?? [])].map((statement) => [statement, version]))) };
    }
    return this.byStatement.versions;
  }

  private readVersions(): readonly Version[] {
    const found: { readonly version: Version; readonly file: string }[] = [];
    const downs = new Map<string, readonly Statement[] | null>();
    for (const { file } of this.history.files) {
      const document = this.documents.get(file);
      const read = document && this.readFile(file, document);
      for (const version of read?.versions ?? []) found.push({ version, file });
      for (const [version, statements] of read?.downs ?? []) if (statements?.length !== 0) downs.set(version, statements);
    }
    const releases = this.releases(found.map(({ version, file }) => ({ id: version.id, file })));
    const versions = new Map<string, Version>();
    for (const { version, file } of found) {
      const known = versions.get(version.id);
      // A version in several files runs as one.
      if (known) versions.set(version.id, { ...known, files: [...known.files, ...version.files], statements: [...known.statements, ...version.statements] });
      else versions.set(version.id, releases.isReleased(version.id, file) ? { ...version, released: true } : version);
    }
    // Tools that know a way down are used by many without one.
    return downs.size === 0 ? [...versions.values()] : [...versions.values()].map((version) => this.withDown(version, downs.get(version.id) ?? (downs.has(version.id) ? null : nothing)));
  }

  /** The same object for as long as neither part changes. */
  private withDown(version: Version, down: readonly Statement[] | null): Version {
    const known = this.withDowns.get(version);
    if (known?.down === down) return known;
    const made = { ...version, down };
    this.withDowns.set(version, made);
    return made;
  }

  private readFile(file: string, document: SqlDocument): ReadFile {
    const { text, statements } = document;
    const known = this.read.get(file);
    if (known?.text === text && known.statements === statements) return known;
    const entry = this.entries.get(file);
    // A template is not SQL yet: it takes no part in the history.
    const isSql = entry !== undefined && document.templated === null;
    const versions = isSql ? versionsOfFile(this.history, entry, text, statements, () => false) : [];
    const read: ReadFile = { text, statements, versions, downs: isSql ? downsOfFile(this.history, entry, text, statements, (part) => this.documents.inComments(file, part)) : new Map() };
    this.read.set(file, read);
    return read;
  }

  private fixHost(): FixHost {
    const { documents, history } = this;
    return {
      facts: this.facts,
      versions: this.linter.history,
      versionOf: (statement) => this.versionByStatement().get(statement),
      text: (file) => documents.text(file) ?? this.drizzle?.text(file) ?? null,
      isCode: (file) => this.drizzle?.has(file) === true && this.drizzle.owner.isEditable(file),
      lastChange: (table) => this.lastChange(table),
      isBuiltUpon: (statement) => this.isBuiltUpon(statement),
      findsPublic: (statement) => this.findsPublic(statement),
      separator: () => statementSeparator(history),
      closed: (statement) => closedStatement(history, statement),
      regionStart: (file, offset) => this.regionStart(file, offset),
      edge: (file, statement, side) => insertionOffset(history, documents.text(file) ?? "", statement, side),
      withoutTransaction: (version) => this.withoutTransaction(version),
      newMigrations: (drafts) => this.newMigrations(drafts),
      amendCode: (statements) => {
        const amended = this.drizzle && amendCode(this.drizzle.owner, statements);
        return amended && { edits: amended.edits.map(asFixEdit), left: amended.left };
      },
      editCode: (statement, change) => this.editCode(statement, change),
      changeColumn: (table, column, change) => this.changeColumn(table, column, change),
    };
  }

  private editCode(statement: DeclaredStatement, change: { readonly range: Range; readonly text: string } | null): CodeChange | null {
    if (!this.drizzle) return null;
    const { owner } = this.drizzle;
    const made = change === null ? removeDeclared(owner, statement) : replaceText(owner, statement, change.range, change.text);
    if (!made) return null;
    return "edits" in made ? { edits: made.edits.map(asFixEdit), shared: made.shared } : { edits: made.map(asFixEdit), shared: false };
  }

  private changeColumn(table: QualifiedName, column: string, change: ColumnChange): CodeChange | null {
    // drizzle-kit cannot turn a serial that is there into an identity column: it adds that beside the default (55000).
    const isNew = this.head().table(table)?.createdIn === declaredVersion;
    const made = this.drizzle && (change !== "identity" || isNew) ? amendColumn(this.drizzle.owner, table, column, change) : null;
    if (!made) return null;
    return { edits: made.edits.map(asFixEdit), shared: made.shared, ...(change === "identity" ? { remark: ", for a table that no database has yet" } : {}) };
  }

  private lastChange(table: QualifiedName): Statement | null {
    const { timeline } = this.linter;
    const key = relationKey(table);
    for (let i = timeline.length - 1; i >= 0 && !timeline.step(i).version.released; i--) {
      const write = timeline.changedKeys(i).find((candidate) => candidate.key === key);
      if (write && isInTheWay(write.before, write.after)) return timeline.step(i).statement;
    }
    return null;
  }

  private isBuiltUpon(statement: Statement): boolean {
    const { timeline } = this.linter;
    const at = this.stepAfter(statement);
    if (at === null) return true;
    const keys = new Set(timeline.changedKeys(at - 1).map((write) => write.key));
    for (let i = at; i < timeline.length && timeline.step(i).version === timeline.step(at - 1).version; i++) {
      if (timeline.changedKeys(i).some((write) => keys.has(write.key))) return true;
    }
    return false;
  }

  private findsPublic(statement: Statement): boolean {
    const { timeline } = this.linter;
    const at = this.stepAfter(statement);
    if (at === null) return true;
    // From what the version's statements did to its session: the cursor stays where it is.
    for (let i = at - 1; i >= 0 && timeline.step(i).version === timeline.step(at - 1).version; i--) {
      const session = timeline.changedKeys(i).findLast(({ key }) => key === sessionKey);
      if (session) return (session.after as Session).searchPath[0] === "public";
    }
    return initialSession.searchPath[0] === "public";
  }

  /** Where text may be inserted at the earliest, in the part of a file that an offset stands in. */
  regionStart(file: string, offset: number): number {
    const entry = this.entries.get(file);
    const text = this.documents.text(file);
    if (!entry || text === null) return 0;
    return regionAt(readRegions(this.history, entry, text), offset)?.range.start ?? 0;
  }

  private withoutTransaction(version: Version): readonly FixEdit[] | null {
    const file = version.files[0];
    const entry = file === undefined ? undefined : this.entries.get(file);
    const text = file === undefined ? null : this.documents.text(file);
    if (!entry || text === null) return null;
    return withoutTransaction(this.history, entry, text, version.id);
  }

  /**
   * What makes an index part of the project: the code that owns the tables, else a new migration, with CONCURRENTLY
   * unless its tool lets nothing run outside of a transaction. Null: it has to be written by hand, as in Prisma's schema.
   * `sql` is one CREATE INDEX without its `;`.
   */
  addIndex(sql: string, name: string | null): readonly FixEdit[] | null {
    const [, begins, rest] = /^(\s*CREATE\s+(?:UNIQUE\s+)?INDEX)(?:\s+CONCURRENTLY)?\b([^]*)$/i.exec(sql) ?? [];
    if (begins === undefined || rest === undefined) return null;
    const plain = `${begins}${rest}`;
    if (this.facts.owner === "prisma") return null;
    if (this.drizzle) {
      const amended = amendCode(this.drizzle.owner, [plain]);
      return amended?.left.length === 0 ? amended.edits.map(asFixEdit) : null;
    }
    const { way } = this.versions.at(-1)?.transaction.wayOut ?? { way: "none needed" };
    const outsideTransaction = way !== "by hand";
    return this.newMigrations([{ slug: name === null ? "add_index" : `create_${name}`, statements: [outsideTransaction ? `${begins} CONCURRENTLY${rest}` : plain], outsideTransaction }]);
  }

  private newMigrations(drafts: readonly MigrationDraft[]): readonly FixEdit[] | null {
    const edits: FixEdit[] = [];
    let { history } = this;
    for (const draft of drafts) {
      const made = nextMigration(history, { ...draft, now: this.now() }, (file) => this.documents.text(file));
      edits.push(...made.edits);
      history = { ...history, files: [...history.files, { file: made.file, version: made.id, direction: "up", repeatable: false }] };
    }
    return edits.length > 0 ? edits : null;
  }
}

const nothing: readonly Statement[] = [];

/** What only the code has was made in this. */
const declaredVersion = "schema";

const asFixEdit = (edit: CodeEdit): FixEdit => ({ kind: "edit", ...edit });

/**
 * What is added to the table before this change might not fit it after: another name, other columns or constraints, an
 * index or row-level security taken away. A new index or a key of another table changes nothing for it.
 */
function isInTheWay(before: unknown, after: unknown): boolean {
  const known = before as Table | undefined;
  const now = after as Table | undefined;
  if (known?.kind !== "table" || now?.kind !== "table") return true;
  return known.columns !== now.columns || known.constraints !== now.constraints || known.indexes.length > now.indexes.length || (known.rls.enabled && !now.rls.enabled);
}
