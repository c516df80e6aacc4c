import { colours, plain, type Paint } from "../report/palette";
import type { Io } from "./io";
import type { colourModes } from "./optionTable";

/** `auto`: FORCE_COLOR, then NO_COLOR (https://no-color.org), then whether a person's terminal reads it. */
export function paintFor(mode: (typeof colourModes)[number], io: Pick<Io, "env" | "terminal">): Paint {
  if (mode !== "auto") return mode === "always" ? colours : plain;
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = io.env;
  // Both may be set; Node decides the same way (tty.WriteStream.getColorDepth).
  if (forced !== undefined) return forced === "0" || forced === "false" ? plain : colours;
  if (refused !== undefined && refused !== "") return plain;
  return io.terminal && terminal !== "dumb" ? colours : plain;
}
