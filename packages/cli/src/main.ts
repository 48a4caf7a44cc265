import { readFileSync } from "node:fs";
import { UsageError } from "./arguments.ts";
import { type Io, oneLine, processIo } from "./output.ts";

interface Command {
  /** Runs the command; resolves with the exit code, rejects with UsageError when the arguments are wrong. */
  run(args: string[], io: Io): Promise<number>;
}

interface Entry {
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Commands load lazily: `help` must not wait for DuckDB. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  demo: {
    usage: "demo [--out DIR] [--requests N] [--seed N] [--json]",
    summary: "a simulated day of a support bot whose canary goes bad",
    load: () => import("./demo-command.ts"),
  },
  replay: {
    usage:
      "replay --logs DIR [--feedback FILE.jsonl] [--rollout FILE.json] [--config FILE] [--rubrics FILE] [--bucket NAME] --out DIR [--json]",
    summary: "run recorded invocation logs through the real functions",
    load: () => import("./replay-command.ts"),
  },
  query: {
    usage: 'query "SQL" | --saved NAME [--param NAME=VALUE …] | --list   --out DIR [--json]',
    summary: "SQL over the lake of a replay or demo",
    load: () => import("./query-command.ts"),
  },
  reprice: {
    usage:
      "reprice --from DATE [--until DATE] [--config FILE] [--out DIR] [--workgroup NAME] [--database NAME] [--dry-run] [--json]",
    summary: "give the requests of a lake the cost that today's price book says",
    load: () => import("./reprice-command.ts"),
  },
  reconcile: {
    usage: "reconcile --bill FILE [--account ID] --out DIR [--json]",
    summary: "compare a Cost and Usage Report with the ledger",
    load: () => import("./reconcile-command.ts"),
  },
  rollout: {
    usage:
      "rollout show --app APP [--out DIR] [--policy FILE] | start --app APP [--stable V] --canary V (--share S | --ramp default|FILE [--criteria min_NAME=X,max_NAME=Y]) [--unit user|session|request] | advance --app APP [--share S] | promote|abort --app APP   [--reason TEXT] [--by WHO] [--json]",
    summary: "see or move the traffic split of an app",
    load: () => import("./rollout-command.ts"),
  },
  registry: {
    usage:
      "registry add --app APP --kind prompt|model --version V [--file FILE] [--location URI] [--model ID] [--param NAME=VALUE …] [--previous V] | list --app APP | show --app APP --version V [--content] | approve|reject|promote|retire --app APP --version V | transition --app APP --version V --to candidate|canary|production|retired | policy --app APP --kind K [--require-approval yes|no] [--require-gate yes|no] | diff --app APP A B | audit --app APP [--version V]   [--kind K] [--why TEXT] [--by WHO] [--json]",
    summary: "versions of prompts and models: who may get traffic, who said so, and why",
    load: () => import("./registry-command.ts"),
  },
  sampling: {
    usage:
      "sampling preview --logs DIR [--config FILE] [--feedback FILE.jsonl] [--rollout FILE.json] [--json]",
    summary: "how many recorded requests would be judged, why, and what that costs a week; judges nothing",
    load: () => import("./sampling-command.ts"),
  },
  budget: {
    usage: "budget --out DIR [--app APP] [--policy FILE] [--json]",
    summary: "spend against budget: month, today, forecast, pace, and who spends most",
    load: () => import("./budget-command.ts"),
  },
  backtest: {
    usage:
      "backtest [--app APP] [--detector drift|data|concept|performance|usage|cost|SERIES] [--from DATE] [--to DATE] [--false-pages-per-week F] [--warm-up-days N] [--out DIR] [--json]",
    summary: "incidents that stored readings would have opened under other settings; pages nobody",
    load: () => import("./backtest-command.ts"),
  },
  usage: {
    usage: "usage --out DIR [--json]",
    summary: "use and satisfaction by prompt version, guardrails, latency, errors and peaks",
    load: () => import("./usage-command.ts"),
  },
  review: {
    usage:
      "review --out DIR --logs DIR [--app APP] [--reviewer NAME] [--metric NAME] [--config FILE] [--json] | --labels FILE.jsonl --out DIR [--json] | agreement --out DIR [--json]   without --out: [--app APP] of the stage that the environment names",
    summary: "people label judged answers blind; how far the judge agrees with them",
    load: () => import("./review-command.ts"),
  },
  dataset: {
    usage:
      "dataset create [--from reviews] --name NAME [--all] --out DIR --logs DIR [--app APP] [--config FILE] [--json]   without --out: the stage that the environment names",
    summary:
      "answers that people found bad (--all: labelled), with texts and lineage, as a versioned golden set",
    load: () => import("./dataset-command.ts"),
  },
  gate: {
    usage:
      "gate --suite FILE.jsonl --config FILE.yaml (--answers FILE.jsonl | --command CMD | --prompt FILE|registry:APP/VERSION --model ID) [--baseline FILE | --base-command CMD | --base-prompt FILE|registry:APP/VERSION [--base-model ID]] [--label TEXT] [--base-label TEXT] [--stand-in] [--stage-config FILE.json] [--rubrics FILE] [--app APP] [--monthly-requests N] [--cloudwatch] [--registry APP/VERSION [--kind prompt|model]] [--concurrency N] [--retries N] [--command-timeout SECONDS] [--seed N] --out DIR [--json]",
    summary:
      "answer and judge a suite, and say whether a version may go to production: 0 yes, 1 no, 3 unknown",
    load: () => import("./gate-command.ts"),
  },
  "cost-model": {
    usage:
      "cost-model [--requests N] [--records-per-object N] [--judged SHARE] [--offloaded SHARE] [--feedback SHARE] [--seed N] [--json]",
    summary: "what Bellwether itself costs in AWS, from requests counted in replays of generated traffic",
    load: () => import("./cost-model-command.ts"),
  },
  doctor: {
    usage:
      "doctor [--stage NAME] [--logs-bucket NAME] [--region R] [--judge] [--json] | --enable-logging s3|cloudwatch|both [--replace] [--yes] [--stage NAME] [--logs-bucket NAME] [--region R] [--json]",
    summary: "is a deployed stage well; turns Bedrock's invocation logging on",
    load: () => import("./doctor-command.ts"),
  },
  forget: {
    usage:
      "forget --user ID [--app APP] [--out DIR [--logs DIR]] [--dry-run] [--yes] [--json]   without --out: the stage that the environment names",
    summary: "remove a person from lake, logs and tables; says what it could not remove",
    load: () => import("./forget-command.ts"),
  },
  why: {
    usage: "why REQUEST_ID --out DIR [--json]",
    summary: "why a request was evaluated or not",
    load: () => import("./why-command.ts"),
  },
};

/** Runs one command line (without node and script) and resolves with its exit code: 0 done, 1 failed, 2 bad usage. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined) return refuse("no command", io);
  if (name === "help" || name === "--help" || name === "-h") return help(args[0], io);
  if (name === "--version" || name === "-v") {
    io.stdout.write(`${version()}\n`);
    return 0;
  }
  const entry = entryOf(name);
  if (entry === undefined) return refuse(`unknown command ${oneLine(name)}`, io);
  if (args.includes("--help") || args.includes("-h")) return help(name, io);
  try {
    const command = await entry.load();
    return await command.run(args, io);
  } catch (error) {
    return report(error, io);
  }
}

/** Runs the command line of this process. */
export async function start(): Promise<void> {
  // `bellwether query … | head` closes the pipe early; that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2), processIo());
}

function entryOf(name: string): Entry | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

function report(error: unknown, io: Io): number {
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`bellwether: ${oneLine(message)}\n`);
  if (error instanceof UsageError) return 2;
  if (process.env.BELLWETHER_DEBUG && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  return 1;
}

function refuse(problem: string, io: Io): number {
  io.stderr.write(`bellwether: ${problem}; there are ${Object.keys(COMMANDS).join(", ")} and help\n`);
  return 2;
}

function help(name: string | undefined, io: Io): number {
  if (name === undefined) {
    io.stdout.write(helpText());
    return 0;
  }
  const entry = entryOf(name);
  if (entry === undefined) return refuse(`unknown command ${oneLine(name)}`, io);
  io.stdout.write(`bellwether ${entry.usage}\n\n${entry.summary}\n`);
  return 0;
}

function helpText(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `usage: bellwether COMMAND …\n\n${lines.join("\n")}\n\nbellwether help COMMAND says more; --json prints one JSON document.\n`;
}

function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
