// The values of a statement's parameters: asked for, with the last ones remembered in the workspace's own storage. They are in no log.
import * as vscode from "vscode";
import type { ExplainOutcome, ExplainParams } from "../../server/src/protocol";

type Parameter = Extract<ExplainOutcome, { kind: "parameters" }>["parameters"][number];
type Values = Readonly<Record<string, string | null>>;

export interface ParameterValues {
  remember(key: string, values: Values): Promise<void>;
  /** Undefined: the user turned back. */
  ask(key: string, parameters: readonly Parameter[], mode: ExplainParams["mode"]): Promise<NonNullable<ExplainParams["parameters"]> | undefined>;
}

const storageKey = "parameterValues";
/** Documents, and statements without one, whose values are remembered. */
const most = 100;

export function createParameterValues(storage: vscode.Memento): ParameterValues {
  const remembered = (key: string): Values => storage.get<Readonly<Record<string, Values>>>(storageKey, {})[key] ?? {};
  async function remember(key: string, values: Values): Promise<void> {
    const others = Object.entries(storage.get<Readonly<Record<string, Values>>>(storageKey, {})).filter(([name]) => name !== key);
    await storage.update(storageKey, Object.fromEntries([...others.slice(1 - most), [key, { ...remembered(key), ...values }]]));
  }

  return {
    remember,
    async ask(key, parameters, mode) {
      const last = remembered(key);
      // A statement that runs needs values: a plan for any is no measurement.
      if (mode === "plan") {
        const give = { label: vscode.l10n.t("Give values"), detail: parameters.map(nameOf).join(", ") };
        const generic = { label: vscode.l10n.t("Generic plan"), detail: vscode.l10n.t("The plan that a prepared statement gets for any values") };
        const chosen = await vscode.window.showQuickPick([give, generic], { title: vscode.l10n.t("The Statement Has Parameters") });
        if (chosen === generic) return "generic";
        if (!chosen) return undefined;
      }
      const values: Record<string, string | null> = {};
      for (const [index, parameter] of parameters.entries()) {
        const value = await askValue(parameter, last[parameter.name], { step: index + 1, of: parameters.length });
        if (value === undefined) return undefined;
        values[parameter.name] = value;
      }
      await remember(key, values);
      return values;
    },
  };
}

const nameOf = ({ name, type }: Parameter): string => (type === null ? name : `${name} ${type}`);

/** Null: NULL; undefined: the user turned back. */
function askValue(parameter: Parameter, last: string | null | undefined, { step, of }: { readonly step: number; readonly of: number }): Promise<string | null | undefined> {
  const input = vscode.window.createInputBox();
  const nothing: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("circle-slash"), tooltip: "NULL" };
  input.title = vscode.l10n.t("Value of {0}", nameOf(parameter));
  input.prompt = vscode.l10n.t("As text, without quotes. The button is for NULL.");
  input.value = last ?? "";
  input.buttons = [nothing];
  input.ignoreFocusOut = true;
  if (of > 1) {
    input.step = step;
    input.totalSteps = of;
  }
  return new Promise((resolve) => {
    const done = (value: string | null | undefined): void => {
      resolve(value);
      input.dispose();
    };
    input.onDidAccept(() => done(input.value));
    input.onDidTriggerButton(() => done(null));
    input.onDidHide(() => done(undefined));
    input.show();
  });
}
