import { grammarNote } from "../project/grammars";
import type { JudgeArguments } from "./checkArguments";
import type { Io } from "./io";

/** A version on the command line has no place in a file that a hint could stand at. */
export async function sayGrammar({ postgresVersion }: JudgeArguments, io: Io): Promise<void> {
  const note = postgresVersion === null ? null : grammarNote(postgresVersion);
  if (note !== null) await io.error(`plumbline: ${note}\n`);
}
