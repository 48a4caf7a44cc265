import { type ParseArgsConfig, parseArgs } from "node:util";

/** The command line is wrong: one line that says what to do, exit code 2. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Config<T extends Options> = { options: T; strict: true; allowPositionals: true };
type Parsed<T extends Options> = ReturnType<typeof parseArgs<Config<T>>>;

/** Options and positionals of `command`; throws UsageError for an unknown option or a missing or unwanted value. */
export function parseArguments<const T extends Options>(
  command: string,
  args: readonly string[],
  options: T,
): Pick<Parsed<T>, "values" | "positionals"> {
  const config: Config<T> & { args: string[] } = {
    args: [...args],
    options,
    strict: true,
    allowPositionals: true,
  };
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The first sentence names the option; the rest is advice about positionals.
    const [problem = ""] = error.message.split(/\. |\n/, 1);
    throw new UsageError(`${problem.replace(/\.$/, "")}; see \`bellwether help ${command}\``);
  }
}
