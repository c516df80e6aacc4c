export type Style = "error" | "warning" | "info" | "hint" | "strong" | "faint" | "good";

/** Puts a style around a text; `plain` leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

// Of the 16 colours that a terminal's theme defines, so that they are readable on any background.
const codes: Readonly<Record<Style, string>> = { error: "1;31", warning: "1;33", info: "1;34", hint: "1;36", strong: "1", faint: "2", good: "32" };

export const colours: Paint = (style, text) => (text === "" ? "" : `\u001b[${codes[style]}m${text}\u001b[0m`);
export const plain: Paint = (_style, text) => text;
