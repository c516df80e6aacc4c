import { bad, defineRule, good } from "../rule";

const file = "plumbline.json";

export default defineRule({
  id: "lint/configuration",
  on: "engine",
  summary: "plumbline.json says something that Plumbline cannot read.",
  why: "A misspelt key or a value of the wrong type is passed over, and the project is judged otherwise than its configuration means.",
  whatToDo: "Correct the place that is underlined. The editor completes the keys of plumbline.json and shows what each one takes.",
  whenNotToUse: "Leave it on: it speaks only of the configuration itself.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["plumbline:configuration"],
  examples: [
    bad("", { title: "A key that does not exist", file, beside: { [file]: '{ "presets": "strict" }' }, at: '"presets"' }),
    bad("", { title: "A value of the wrong type", file, beside: { [file]: '{ "postgresVersion": "16" }' }, at: '"16"' }),
    good("", { title: "A preset", file, beside: { [file]: '{ "preset": "strict" }' } }),
    good("", { title: "With comments", file, beside: { [file]: '{\n  // the oldest server that we run\n  "postgresVersion": 16\n}' } }),
  ],
});
