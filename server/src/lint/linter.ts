// Runs the rules over one database's history. Each result is kept with what it was made from, and made again only
// when that has changed: a keystroke re-judges what it touches.

import { queryContext } from "./codeStatements";
import { embeddedAt } from "./embedded";
import type { Finding } from "./finding";
import type { LintSettings } from "./settings";
import { inWords, milder, tableOf } from "./tableSizes";
import { noEffects, type Effects } from "../locks/effects";
import { effectsOf } from "../locks/statement";
import { afterLocks, closedWindow, endsTransaction, sharesTransaction, type HeldLock, type TransactionWindow } from "../locks/window";
import type { Conditions } from "../policies/conditions";
import type { DeclaredTable, DrizzleSchema } from "../drizzle/read";
import { writtenPlace, type DeclaredStatement } from "../drizzle/statement";
import { templateStatements } from "../drizzle/templates";
import type { Note, Report, Rule, Severity, StatementContext } from "../rules/rule";
import { display } from "../rules/wording";
import type { Change, ObjectName, StatementChange } from "../schema/changes";
import type { DatabaseFacts, Version } from "../schema/history";
import { temporarySchema, type TrackedView } from "../schema/keys";
import type { Place, QualifiedName, Table } from "../schema/model";
import { placeOf, type SourceModule } from "../drizzle/module";
import type { Compiler, TypeScript as ts } from "../drizzle/typescript";
import type { Value } from "../drizzle/values";
import { isPlatforms } from "../schema/platform";
import { readChanges } from "../schema/read/index";
import { MergedHead, type WrittenByTool } from "../schema/merge";
import { keep, type KeptReads, type Reads, type Write } from "../schema/store";
import { Timeline, type Effect, type Step } from "../schema/timeline";
import { qualified } from "../schema/view";
import type { ParsedStatement, Statement } from "../sql/statement";

type StatementRule = Extract<Rule, { on: "statement" }>;
type VersionRule = Extract<Rule, { on: "version" }>;
type TableRule = Extract<Rule, { on: "table" }>;
type DeclarationRule = Extract<Rule, { on: "declaration" }>;
type ModuleRule = Extract<Rule, { on: "module" }>;

/** What a rule said, before suppressions. */
interface RawFinding extends Finding {
  readonly file: string;
}

interface StepResult {
  readonly before: KeptReads;
  readonly after: KeptReads;
  readonly version: string;
  /** The version's statements, if a rule looked at them: the answer holds only while they are the same. */
  readonly among: readonly Statement[] | null;
  /** The statements that follow in later versions of the same transaction, likewise. */
  readonly following: readonly Statement[] | null;
  /** Those of all later versions, likewise. */
  readonly afterwards: readonly Statement[] | null;
  /** The locks held before it, if a rule looked at them. */
  readonly window: TransactionWindow | null;
  /** Locks on live relations. */
  readonly taken: readonly HeldLock[];
  /** A transaction stays open behind it. */
  readonly open: boolean;
  readonly findings: readonly RawFinding[];
  readonly notes: readonly RuleNote[];
  /** The window behind it, for the one that was before it. */
  next: { readonly before: TransactionWindow; readonly after: TransactionWindow } | null;
}

interface RuleNote {
  readonly rule: StatementRule;
  readonly note: Note;
}

interface VersionResult {
  readonly key: string;
  readonly up: readonly (readonly Write[])[];
  readonly down: readonly Statement[];
  readonly reads: KeptReads;
  readonly findings: readonly RawFinding[];
}

interface TableResult {
  readonly table: Table;
  readonly reads: KeptReads;
  readonly findings: readonly RawFinding[];
}

/** A rule that failed: reported, and the rest goes on. */
export interface RuleFault {
  readonly rule: string;
  readonly file: string;
  readonly error: unknown;
}

/** What a schema in code declares. */
export interface Declared {
  readonly code: DrizzleSchema;
  /** Its statements, in the order in which the tool would write them. */
  readonly version: Version;
  readonly writtenByTool: WrittenByTool;
  /** The files of code that are judged. */
  readonly modules: readonly SourceModule[];
  readonly compiler: Compiler;
  readonly parse: (text: string) => ParsedStatement;
  readonly valueIn: (module: SourceModule, node: ts.Expression) => Value;
}

/** What a rule about a declaration sees of the database. */
interface Sides {
  readonly head: { view(reads?: Reads): TrackedView; holds(reads: KeptReads): boolean };
  readonly declared: Timeline;
  /** Null: the history makes none of the code's tables. */
  readonly replayed: Timeline | null;
}

interface DeclarationResult {
  readonly table: Table;
  readonly reads: { readonly head: KeptReads; readonly declared: KeptReads; readonly replayed: KeptReads | null };
  /** What the rule looked at of all that the code declares: the answer holds only while that is the same. */
  readonly code: ReadonlyMap<keyof DrizzleSchema, unknown>;
  readonly findings: readonly RawFinding[];
}

interface ModuleResult {
  readonly tables: string;
  readonly findings: readonly RawFinding[];
  /** Its `sql` templates that are whole statements. */
  readonly queries: readonly DeclaredStatement[];
}

export class DatabaseLinter {
  readonly timeline = new Timeline();
  private declared: { readonly timeline: Timeline; readonly head: MergedHead; of: Declared | null } | null = null;
  private headIsCurrent = false;
  private versions: readonly Version[] = [];
  private stepResults = new WeakMap<Statement, StepResult>();
  /** The first step that has changed since the last run: what stands before it is as it was. */
  private changedFrom = 0;
  private readonly concerned = new WeakMap<Step, boolean>();
  private concluded: { readonly notes: readonly (readonly RuleNote[])[]; readonly findings: readonly RawFinding[] } = { notes: [], findings: [] };
  private tableResults = new Map<string, TableResult>();
  private readonly statementRules: ReadonlyMap<Change["change"], readonly StatementRule[]>;
  private versionResults = new Map<string, VersionResult>();
  private readonly versionRules: readonly VersionRule[];
  private readonly tableRules: readonly TableRule[];
  private readonly declarationRules: readonly DeclarationRule[];
  private readonly moduleRules: readonly ModuleRule[];
  private declarationResults = new WeakMap<DeclaredTable, readonly DeclarationResult[]>();
  private moduleResults = new WeakMap<SourceModule, ModuleResult>();
  private queryResults = new WeakMap<DeclaredStatement, { readonly reads: KeptReads; readonly findings: readonly RawFinding[] }>();
  readonly faults: RuleFault[] = [];

  constructor(
    readonly facts: DatabaseFacts,
    private readonly settings: LintSettings,
    private readonly conditions: Conditions,
  ) {
    const byChange = new Map<Change["change"], StatementRule[]>();
    for (const rule of settings.rules) {
      if (rule.on !== "statement") continue;
      for (const change of rule.changes) byChange.set(change, [...(byChange.get(change) ?? []), rule]);
    }
    this.statementRules = byChange;
    this.versionRules = settings.rules.filter((rule) => rule.on === "version");
    this.tableRules = settings.rules.filter((rule) => rule.on === "table");
    this.declarationRules = settings.rules.filter((rule) => rule.on === "declaration");
    this.moduleRules = settings.rules.filter((rule) => rule.on === "module");
  }

  get history(): readonly Version[] {
    return this.versions;
  }

  setVersions(versions: readonly Version[]): void {
    this.versions = versions;
    this.headIsCurrent = false;
    const { changedFrom } = this.timeline.setVersions(versions);
    this.changedFrom = Math.min(this.changedFrom, changedFrom);
  }

  setDeclared(declared: Declared): void {
    this.declared ??= { timeline: new Timeline(false), head: new MergedHead(), of: null };
    const known = this.declared.of;
    this.declared.of = declared;
    this.headIsCurrent = false;
    if (known?.version === declared.version) return;
    this.declared.timeline.setVersions([declared.version]);
  }

  /** What the code declares, by itself; null where no code does. */
  declaredTimeline(): Timeline | null {
    const timeline = this.declared?.timeline ?? null;
    timeline?.moveTo(timeline.length);
    return timeline;
  }

  /** The schema after the last version, with what the code declares. */
  head(): { view(reads?: Reads): TrackedView; holds(reads: KeptReads): boolean } {
    const { timeline, declared } = this;
    timeline.moveTo(timeline.length);
    const own = this.declaredTimeline();
    if (!declared?.of || !own) return timeline;
    if (!this.headIsCurrent) declared.head.update(own, timeline, declared.of.writtenByTool);
    this.headIsCurrent = true;
    return declared.head;
  }

  /** All findings of the history as it is now, by no particular order, suppressions not applied. */
  run(): readonly Finding[] {
    this.faults.length = 0;
    const released = new Map(this.versions.map((version) => [version.id, version.released]));
    return [...this.runSteps(), ...this.runTables(released), ...this.runDeclarations(), ...this.runModules(), ...this.runProblems()];
  }

  /** Statement by statement, and each version at its end: the cursor goes over the history once. */
  private runSteps(): RawFinding[] {
    const findings: RawFinding[] = [];
    const notes: (readonly RuleNote[])[] = [];
    const versions = new Map<string, VersionResult>();
    const { timeline } = this;
    let window = closedWindow;
    let judged = false;
    for (let i = 0, first = 0; i < timeline.length; i++) {
      const step = timeline.step(i);
      if (step.first) {
        first = i;
        judged = this.isJudged(step);
        // One transaction for all pending versions: it goes on from one to the next.
        if (!sharesTransaction(step.version)) window = closedWindow;
      }
      if (judged && this.concerns(step)) {
        const result = this.resultOf(step, i, window);
        if (result.findings.length > 0) findings.push(...result.findings);
        if (result.notes.length > 0) notes.push(result.notes);
        window = windowBehind(result, window);
      } else if (judged && endsTransaction(step.changes)) {
        window = closedWindow;
      }
      const ends = i + 1 === timeline.length || timeline.step(i + 1).first;
      const ofVersion = ends ? this.versionResult(step.version, first, i + 1) : null;
      if (ofVersion === null) continue;
      versions.set(step.version.id, ofVersion);
      findings.push(...ofVersion.findings);
    }
    this.versionResults = versions;
    this.changedFrom = timeline.length;
    return [...findings, ...this.conclude(notes)];
  }

  private isJudged({ version }: Step): boolean {
    return !version.harmless && (!version.released || this.settings.configuration.showReleased);
  }

  private following(version: Version): readonly Statement[] {
    if (!sharesTransaction(version)) return [];
    const later = this.versions.slice(this.versions.findIndex(({ id }) => id === version.id) + 1);
    return later.filter(sharesTransaction).flatMap(({ statements }) => statements);
  }

  private afterwards(version: Version): readonly Statement[] {
    return this.versions.slice(this.versions.findIndex(({ id }) => id === version.id) + 1).flatMap(({ statements }) => statements);
  }

  /** What a rule has to say once it has seen every statement. */
  private conclude(ofSteps: readonly (readonly RuleNote[])[]): readonly RawFinding[] {
    if (sameItems(ofSteps, this.concluded.notes)) return this.concluded.findings;
    const all = ofSteps.flat();
    const findings: RawFinding[] = [];
    for (const rule of new Set(all.map((each) => each.rule))) {
      const notes = all.flatMap((each) => (each.rule === rule ? [each.note] : []));
      const report = (report: Report): void => {
        if (!("anchor" in report.at)) throw new Error(`${rule.id} reported a range without a place`);
        const { file } = report.at.anchor;
        const severity = this.settings.severity(rule, file);
        if (severity !== "off" && this.isSaid(rule, report, file)) findings.push({ ...this.finding(rule, severity, report, report.at, false), subject: null });
      };
      const file = notes[0]?.at.anchor.file ?? "";
      this.guard(rule, file, () => rule.conclude?.({ database: this.facts, condition: this.conditions.of, notes, report }, this.settings.options(rule, file)));
    }
    this.concluded = { notes: ofSteps, findings };
    return findings;
  }

  private versionResult(version: Version, first: number, end: number): VersionResult | null {
    if (this.versionRules.length === 0 || version.released || version.harmless || version.repeatable || version.down === null) return null;
    const known = this.versionResults.get(version.id);
    return known && this.stillHolds(known, version, first, end) ? known : this.judgeVersion(version, version.down, first, end);
  }

  private stillHolds(known: VersionResult, version: Version, first: number, end: number): boolean {
    const { timeline } = this;
    if (known.key !== keyOfVersion(version) || !sameItems(known.down, version.down ?? []) || known.up.length !== end - first) return false;
    if (end <= this.changedFrom) return true;
    timeline.moveTo(end);
    return known.up.every((writes, i) => sameWrites(writes, timeline.changedKeys(first + i))) && timeline.holds(known.reads);
  }

  private judgeVersion(version: Version, way: readonly Statement[], first: number, end: number): VersionResult {
    const { timeline } = this;
    const { effects: down, reads } = timeline.rehearse(end, way, version);
    const steps = Array.from({ length: end - first }, (_, i) => timeline.step(first + i));
    const up = steps.map((step, i): Effect => ({ statement: step.statement, changes: step.changes, writes: timeline.changedKeys(first + i) }));
    const findings: RawFinding[] = [];
    const file = version.files[0] ?? "";
    for (const rule of [...up, ...down].every(isRead) ? this.versionRules : []) {
      const severity = this.settings.severity(rule, file);
      if (severity === "off") continue;
      const report = (report: Report): void => {
        if (!("anchor" in report.at)) throw new Error(`${rule.id} reported a range without a place`);
        if (!this.isSaid(rule, report, report.at.anchor.file)) return;
        const statement = report.at.anchor as Statement;
        findings.push({ ...this.finding(rule, severity, report, report.at, false), subject: { statement, offset: 0, version } });
      };
      this.guard(rule, file, () => rule.check({ database: this.facts, condition: this.conditions.of, version, up, down, report }, this.settings.options(rule, file)));
    }
    return { key: keyOfVersion(version), up: up.map(({ writes }) => writes), down: way, reads, findings };
  }

  private resultOf(step: Step, index: number, window: TransactionWindow): StepResult {
    const { timeline } = this;
    const known = this.stepResults.get(step.statement);
    const version = versionKey(step);
    const comparable = known?.version === version && (known.among === null || sameItems(known.among, step.version.statements)) && (known.following === null || sameItems(known.following, this.following(step.version))) && (known.afterwards === null || sameItems(known.afterwards, this.afterwards(step.version))) && (known.window === null || known.window === window);
    if (comparable && index < this.changedFrom) return known;
    timeline.moveTo(index);
    const stillBefore = comparable && timeline.holds(known.before);
    timeline.moveTo(index + 1);
    if (stillBefore && timeline.holds(known.after)) return known;
    const result = this.judge(step, version, window);
    this.stepResults.set(step.statement, result);
    return result;
  }

  /** Some rule looks at this kind of statement. */
  private concerns(step: Step): boolean {
    let concerns = this.concerned.get(step);
    if (concerns === undefined) {
      concerns = this.findsRules(step);
      this.concerned.set(step, concerns);
    }
    return concerns;
  }

  private findsRules(step: Step): boolean {
    return step.statement.parsed.body !== null || changesOf(step).some(({ change }) => this.statementRules.has(change.change));
  }

  private judge(step: Step, version: string, window: TransactionWindow): StepResult {
    const beforeReads: Reads = new Map();
    const afterReads: Reads = new Map();
    const before = this.timeline.viewBefore(beforeReads);
    const after = this.timeline.view(afterReads);
    const findings: RawFinding[] = [];
    const notes: RuleNote[] = [];
    const watched = watch(step.version);
    const taken: HeldLock[] = [];
    const looked = { atWindow: false, atFollowing: false, atAfterwards: false };
    const judged: Judged = {
      version: watched.version,
      before,
      after,
      findings,
      notes,
      following: () => {
        looked.atFollowing = true;
        return this.following(step.version);
      },
      afterwards: () => {
        looked.atAfterwards = true;
        return this.afterwards(step.version);
      },
      window: () => {
        looked.atWindow = true;
        // In a DO block with what its statements before took.
        return afterLocks(window, taken);
      },
    };
    const check = (change: Change, parsed: ParsedStatement, offset: number, rules: readonly StatementRule[], effects: () => Effects): void => {
      for (const rule of rules) {
        const context = this.statementContext(step, judged, rule, change, parsed, offset, effects);
        if (context) this.guard(rule, step.statement.file, () => rule.check(context, this.settings.options(rule, step.statement.file)));
      }
    };
    for (const { change, offset } of changesOf(step)) {
      const parsed = offset === 0 ? step.statement.parsed : (embeddedAt(step.statement.parsed, offset)?.parsed ?? step.statement.parsed);
      const effects = effectsOf({ change, text: parsed.text, before, after, version: step.version, postgresVersion: this.facts.postgresVersion });
      check(change, parsed, offset, this.statementRules.get(change.change) ?? [], () => effects);
      if (effects.concurrent) continue;
      for (const lock of effects.locks) if (isLive(before, lock.relation, step.version)) taken.push({ ...lock, from: { start: lock.from.start + offset, end: lock.from.end + offset }, statement: step.statement });
    }
    // What a function's body says is not run by the migration: only what is wrong with a query as such counts there.
    const body = step.statement.parsed.body;
    if (body?.kind === "function") {
      for (const embedded of body.statements) {
        if (embedded.parsed.problem) continue;
        for (const { change } of readChanges(embedded.parsed)) {
          check(change, embedded.parsed, embedded.start, this.statementRules.get(change.change)?.filter((rule) => rule.id.startsWith("query/")) ?? [], () => noEffects);
        }
      }
    }
    // A version's first statement starts from the session that its tool gives it, whatever went before.
    if (step.first) beforeReads.delete("session");
    return {
      before: keep(beforeReads),
      after: keep(afterReads),
      version,
      among: watched.looked() ? step.version.statements : null,
      following: looked.atFollowing ? this.following(step.version) : null,
      afterwards: looked.atAfterwards ? this.afterwards(step.version) : null,
      window: looked.atWindow ? window : null,
      taken,
      open: after.session.transaction !== null && !endsTransaction(step.changes),
      findings,
      notes,
      next: null,
    };
  }

  private statementContext(step: Step, judged: Judged, rule: StatementRule, change: Change, parsed: ParsedStatement, offset: number, effects: () => Effects): StatementContext | null {
    const { before, after, findings, notes } = judged;
    const { statement, version } = step;
    const severity = this.settings.severity(rule, statement.file);
    if (severity === "off") return null;
    return {
      database: this.facts,
      condition: this.conditions.of,
      statement,
      parsed,
      change,
      before,
      after,
      version: judged.version,
      embedded: offset !== 0,
      get effects() {
        return effects();
      },
      get following() {
        return judged.following();
      },
      get afterwards() {
        return judged.afterwards();
      },
      get window() {
        return judged.window();
      },
      live: (name: Pick<ObjectName, "schema" | "name">) => {
        const resolved = before.resolve(name);
        if (resolved.schema === temporarySchema) return null;
        const relation = before.relation(resolved);
        if (!relation) return { name: resolved, table: null };
        if (relation.kind !== "table") return null;
        return relation.createdIn === version.id ? null : { name: resolved, table: relation };
      },
      note: ({ at, ...note }) => {
        const place: Place = { anchor: statement, range: { start: at.start + offset, end: at.end + offset } };
        notes.push({ rule, note: { ...note, at: place, version } });
      },
      report: (report: Report) => {
        if (!this.isSaid(rule, report, statement.file)) return;
        const place: Place = "anchor" in report.at ? report.at : { anchor: statement, range: { start: report.at.start + offset, end: report.at.end + offset } };
        const finding = { ...this.finding(rule, severity, report, place, version.released), subject: { statement, offset, version }, file: statement.file };
        findings.push(this.sized(finding, rule, change, before));
      },
    };
  }

  /** What is meant for the strict preset is said in the other one only if the configuration names the rule. */
  private isSaid(rule: Rule, report: Report, file: string): boolean {
    const { preset } = this.settings.configuration;
    return report.onlyIn === undefined || report.onlyIn === preset || this.settings.isConfigured(rule, file);
  }

  /** With what plumbline.json says of the table's rows, where the harm grows with them. */
  private sized(finding: RawFinding, rule: Rule, change: Change, before: TrackedView): RawFinding {
    if (rule.growsWithRows !== true || this.facts.rows.size === 0) return finding;
    const table = tableOf(change, before);
    const rows = table === null ? undefined : this.facts.rows.get(qualified(table));
    if (table === null || rows === undefined) return finding;
    if (rows > this.facts.smallTableRows) return { ...finding, message: `${finding.message} ${display(table)} has about ${inWords(rows)} rows.` };
    return finding.released || this.settings.isConfigured(rule, finding.file) ? finding : { ...finding, severity: milder(finding.severity) };
  }

  private finding(rule: Rule, configured: Severity, report: Report, place: Place, released: boolean): Omit<RawFinding, "subject"> {
    // A rule's own lower severity holds only where nobody chose one: the strict preset does, but for what is said there alone.
    const chosen = report.severity !== undefined && ((this.settings.configuration.preset === "strict" && report.onlyIn === undefined) || this.settings.isConfigured(rule, place.anchor.file));
    return {
      rule: rule.id,
      severity: released && rule.id.startsWith("migration/") ? "info" : chosen ? configured : (report.severity ?? configured),
      message: report.message,
      place: writtenPlace(place),
      object: report.object ?? null,
      related: (report.related ?? []).map((each) => ({ ...each, place: writtenPlace(each.place) })),
      released,
      proposals: report.fixes ?? [],
      file: writtenPlace(place).anchor.file,
    };
  }

  private runTables(released: ReadonlyMap<string, boolean>): RawFinding[] {
    const head = this.head();
    const findings: RawFinding[] = [];
    const seen = new Set<string>();
    for (const table of head.view().tables()) {
      if (table.persistence === "temporary" || isPlatforms(this.facts, table)) continue;
      const name = qualified(table);
      seen.add(name);
      const known = this.tableResults.get(name);
      if (known?.table === table && head.holds(known.reads)) {
        findings.push(...known.findings);
        continue;
      }
      const result = this.judgeTable(table, head);
      this.tableResults.set(name, result);
      findings.push(...result.findings);
    }
    for (const name of this.tableResults.keys()) if (!seen.has(name)) this.tableResults.delete(name);
    const releasedFiles = new Set(this.versions.filter((version) => version.released).flatMap((version) => version.files));
    return findings.map((finding) => ({ ...finding, released: releasedFiles.has(finding.file) && released.size > 0 }));
  }

  /** What only the code has. */
  private runDeclarations(): RawFinding[] {
    const code = this.declared?.of?.code;
    if (!code || this.declarationRules.length === 0) return [];
    const sides: Sides = { head: this.head(), declared: this.declaredTimeline()!, replayed: this.makesTables(code) ? this.timeline : null };
    const schema = sides.head.view();
    const findings: RawFinding[] = [];
    for (const declaration of code.tables) {
      const table = schema.table({ schema: declaration.table.schema ?? "public", name: declaration.table.name });
      if (!table) continue;
      const known = this.declarationResults.get(declaration);
      const results = this.declarationRules.map((rule, i) => {
        const before = known?.[i];
        const holds = before?.table === table && isAsLooked(before.code, code) && sidesHold(sides, before.reads);
        return holds ? before : this.judgeDeclaration(rule, declaration, code, table, sides);
      });
      this.declarationResults.set(declaration, results);
      for (const result of results) findings.push(...result.findings);
    }
    return findings;
  }

  private judgeDeclaration(rule: DeclarationRule, declaration: DeclaredTable, code: DrizzleSchema, table: Table, { head, declared, replayed }: Sides): DeclarationResult {
    const reads: Record<keyof Sides, Reads> = { head: new Map(), declared: new Map(), replayed: new Map() };
    const watched = watchCode(code);
    const findings: RawFinding[] = [];
    const { file } = placeOf(declaration.table.source).anchor;
    if (this.settings.severity(rule, file) !== "off") {
      const report = (report: Report): void => { this.reportPlaced(rule, report, findings); };
      const sides = { schema: head.view(reads.head), declared: declared.view(reads.declared), replayed: replayed?.view(reads.replayed) ?? null };
      this.guard(rule, file, () => { rule.check({ database: this.facts, condition: this.conditions.of, declaration, code: watched.code, table, ...sides, report }, this.settings.options(rule, file)); });
    }
    return { table, reads: { head: keep(reads.head), declared: keep(reads.declared), replayed: replayed && keep(reads.replayed) }, code: watched.looked, findings };
  }

  /** Not so of SQL beside `drizzle-kit push`, and of a first migration of `drizzle-kit pull`, which is all comment. */
  private makesTables(code: DrizzleSchema): boolean {
    const { timeline } = this;
    timeline.moveTo(timeline.length);
    const view = timeline.view();
    return code.tables.some(({ table }) => view.table({ schema: table.schema ?? "public", name: table.name })?.complete === true);
  }

  /** A file's result holds for as long as its text and the tables' names do. */
  private runModules(): RawFinding[] {
    const declared = this.declared?.of;
    if (!declared || this.moduleRules.length === 0) return [];
    const tables = JSON.stringify([...declared.code.tables, ...declared.code.hidden].map(({ table }) => [table.schema, table.name]));
    return declared.modules.flatMap((module) => {
      let known = this.moduleResults.get(module);
      if (known?.tables !== tables) {
        const valueOf = (node: ts.Expression): Value => declared.valueIn(module, node);
        known = { tables, findings: this.judgeModule(module, declared), queries: templateStatements({ module, compiler: declared.compiler, valueOf }, declared.parse) };
        this.moduleResults.set(module, known);
      }
      return [...known.findings, ...known.queries.flatMap((query) => this.judgeQuery(query))];
    });
  }

  private judgeQuery(query: DeclaredStatement): readonly RawFinding[] {
    const head = this.head();
    const known = this.queryResults.get(query);
    if (known && head.holds(known.reads)) return known.findings;
    const findings: RawFinding[] = [];
    const reads: Reads = new Map();
    const view = head.view(reads);
    for (const { change } of readChanges(query.parsed)) {
      for (const rule of this.statementRules.get(change.change) ?? []) {
        if (!rule.id.startsWith("query/") || this.settings.severity(rule, query.file) === "off") continue;
        const report = (report: Report): void => { this.reportPlaced(rule, report, findings); };
        this.guard(rule, query.file, () => { rule.check(queryContext(query, change, view, { database: this.facts, condition: this.conditions.of, report }), this.settings.options(rule, query.file)); });
      }
    }
    this.queryResults.set(query, { reads: keep(reads), findings });
    return findings;
  }

  private judgeModule(module: SourceModule, { code, compiler, parse, valueIn }: Declared): readonly RawFinding[] {
    const findings: RawFinding[] = [];
    for (const rule of this.moduleRules) {
      if (this.settings.severity(rule, module.file) === "off") continue;
      const report = (report: Report): void => { this.reportPlaced(rule, report, findings); };
      const valueOf = (node: ts.Expression): Value => valueIn(module, node);
      this.guard(rule, module.file, () => { rule.check({ database: this.facts, condition: this.conditions.of, module, code, compiler, parse, valueOf, report }, this.settings.options(rule, module.file)); });
    }
    return findings;
  }

  /** What is reported with a place of its own. */
  private reportPlaced(rule: Rule, report: Report, findings: RawFinding[]): void {
    if (!("anchor" in report.at)) throw new Error(`${rule.id} reported a range without a place`);
    const { file } = writtenPlace(report.at).anchor;
    const severity = this.settings.severity(rule, file);
    if (severity !== "off" && this.isSaid(rule, report, file)) findings.push({ ...this.finding(rule, severity, report, report.at, false), subject: null });
  }

  /** Statements that do not fit what the migrations before them make. The cursor stands at the end: every step was taken. */
  private runProblems(): RawFinding[] {
    const findings: RawFinding[] = [];
    const rule = this.settings.rule("migration/broken-history");
    if (rule === undefined) return [];
    for (const [{ statement, version }, problems] of this.timeline.problemSteps()) {
      // A file by itself is no history, and a statement that is half typed is not judged by what it was.
      if (version.released || version.harmless || version.tool === "single" || statement.parsed.problem !== null) continue;
      const severity = this.settings.severity(rule, statement.file);
      if (severity === "off") continue;
      for (const { place, message, code } of problems) {
        const report = { at: place, message: `This fails on a new database (${code}): ${message} after the migrations before it.` };
        findings.push({ ...this.finding(rule, severity, report, place, false), subject: { statement, offset: 0, version } });
      }
    }
    return findings;
  }

  private judgeTable(table: Table, head: { view(reads: Reads): TrackedView }): TableResult {
    const reads: Reads = new Map();
    const schema = head.view(reads);
    const findings: RawFinding[] = [];
    const file = table.origin?.anchor.file ?? "";
    for (const rule of this.tableRules) {
      const severity = this.settings.severity(rule, file);
      if (severity === "off") continue;
      this.guard(rule, file, () =>
        rule.check(
          {
            database: this.facts,
            condition: this.conditions.of,
            table,
            schema,
            report: (report) => { this.reportPlaced(rule, report, findings); },
          },
          this.settings.options(rule, file),
        ),
      );
    }
    return { table, reads: keep(reads), findings };
  }

  private guard(rule: Rule, file: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.faults.push({ rule: rule.id, file, error });
    }
  }
}

/** What a half-typed statement did before stands for it in the replay; judged is what it says now. */
function changesOf(step: Step): readonly StatementChange[] {
  return step.statement.parsed.problem === null ? step.changes : readChanges(step.statement.parsed);
}

/** What the rules see of one step. */
interface Judged {
  readonly version: Version;
  readonly before: TrackedView;
  readonly after: TrackedView;
  readonly findings: RawFinding[];
  readonly notes: RuleNote[];
  following(): readonly Statement[];
  afterwards(): readonly Statement[];
  window(): TransactionWindow;
}

function windowBehind(result: StepResult, window: TransactionWindow): TransactionWindow {
  if (!result.open) return closedWindow;
  if (result.next?.before !== window) result.next = { before: window, after: afterLocks(window, result.taken) };
  return result.next.after;
}

/** A table or view that was there before the version, so that somebody uses it. */
export function isLive(before: TrackedView, name: QualifiedName, version: Version): boolean {
  if (name.schema === temporarySchema) return false;
  const relation = before.relation(name);
  if (relation === undefined) return true;
  return (relation.kind === "table" || relation.kind === "view") && relation.createdIn !== version.id;
}

const versionKeys = new WeakMap<Version, string>();

/** All of a step's version that a rule's answer can depend on. */
function versionKey(step: Step): string {
  const key = keyOfVersion(step.version);
  return step.first ? `first ${key}` : key;
}

function keyOfVersion(version: Version): string {
  let key = versionKeys.get(version);
  if (key === undefined) {
    const { id, released, tool, transaction, statements } = version;
    key = JSON.stringify([id, released, tool, transaction, statements.length === 1]);
    versionKeys.set(version, key);
  }
  return key;
}

/** Nothing of it is made at run time, or could not be parsed. */
function isRead({ statement, changes }: Effect): boolean {
  return statement.parsed.problem === null && changes.every(({ change }) => change.change !== "unread");
}

/** A version that tells whether its statements were looked at. */
function watch(version: Version): { readonly version: Version; looked(): boolean } {
  let looked = false;
  const watched = {
    ...version,
    get statements() {
      looked = true;
      return version.statements;
    },
  };
  return { version: watched, looked: () => looked };
}

/** What the code declares, which remembers the parts that were looked at. */
function watchCode(code: DrizzleSchema): { readonly code: DrizzleSchema; readonly looked: Map<keyof DrizzleSchema, unknown> } {
  const looked = new Map<keyof DrizzleSchema, unknown>();
  const watched = new Proxy(code, {
    get(of, name: keyof DrizzleSchema) {
      looked.set(name, of[name]);
      return of[name];
    },
  });
  return { code: watched, looked };
}

function isAsLooked(looked: DeclarationResult["code"], code: DrizzleSchema): boolean {
  for (const [name, part] of looked) if (code[name] !== part) return false;
  return true;
}

function sidesHold({ head, declared, replayed }: Sides, reads: DeclarationResult["reads"]): boolean {
  if ((replayed === null) !== (reads.replayed === null)) return false;
  return head.holds(reads.head) && declared.holds(reads.declared) && (reads.replayed === null || replayed?.holds(reads.replayed) === true);
}

const sameWrites = (a: readonly Write[], b: readonly Write[]): boolean =>
  a === b || (a.length === b.length && a.every(({ key, before, after }, i) => key === b[i]!.key && before === b[i]!.before && after === b[i]!.after));

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => a === b || (a.length === b.length && a.every((item, i) => item === b[i]));
