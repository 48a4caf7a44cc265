import { backtest } from "@bellwether/core/drift/backtest";
import { dayOf } from "@bellwether/core/drift/day";
import { DAY_MS } from "@bellwether/core/drift/detect/cell";
import { COST, DRIFT, type Family, keyOf, SERIES, type SeriesName } from "@bellwether/core/drift/series";
import { parseArguments, UsageError } from "./arguments.ts";
import { backtestDocument } from "./drift/backtest-document.ts";
import { renderBacktest } from "./drift/render-backtest.ts";
import { appsIn, daysIn, readStoredDay, type Store } from "./drift/stored-days.ts";
import type { Io } from "./output.ts";
import { startProgress } from "./progress.ts";

const OPTIONS = {
  app: { type: "string" },
  detector: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  "false-pages-per-week": { type: "string" },
  "warm-up-days": { type: "string" },
  out: { type: "string" },
  json: { type: "boolean" },
} as const;

interface Detector {
  readonly name: string;
  readonly family: Family;
  readonly watches: (key: string) => boolean;
}

/** A detector by the name of its family, kind or series. */
function detectorOf(name: string): Detector {
  for (const family of [DRIFT, COST]) {
    if (family.name === name) return { name, family, watches: () => true };
    for (const kind of family.kinds)
      if (kind === name) return { name, family, watches: (key) => SERIES[keyOf(key).series].kind === kind };
  }
  if (!Object.hasOwn(SERIES, name)) {
    const names = [DRIFT.name, COST.name, ...DRIFT.kinds, ...Object.keys(SERIES)];
    throw new UsageError(`--detector ${name} does not exist; there are ${[...new Set(names)].join(", ")}`);
  }
  const series = name as SeriesName;
  const family = COST.kinds.includes(SERIES[series].kind) ? COST : DRIFT;
  return { name, family, watches: (key) => keyOf(key).series === series };
}

function instant(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(`--${option} ${text} is no date such as 2026-11-01`);
  return at;
}

function number(
  option: string,
  text: string | undefined,
  fallback: number,
  [least, most]: readonly [number, number],
): number {
  const value = text === undefined ? fallback : Number(text);
  if (!(value >= least && value <= most))
    throw new UsageError(`--${option} is a number from ${least} to ${most}, not ${text}`);
  return value;
}

async function appOf(wanted: string | undefined, family: Family, store: Store): Promise<string> {
  if (store.kind === "bucket") {
    if (wanted === undefined)
      throw new UsageError("--app APP is missing, or --out DIR for the lake of a replay");
    return wanted;
  }
  const apps = await appsIn(family, store.out);
  if (apps.length === 0)
    throw new UsageError(
      `${store.out} has no readings of detect-${family.name}; run replay or demo into it first`,
    );
  const app = wanted ?? apps[0];
  if (app === undefined || !apps.includes(app) || (wanted === undefined && apps.length > 1))
    throw new UsageError(
      `--app ${wanted ?? "APP"} is ${wanted === undefined ? "missing" : "unknown"}; there are ${apps.join(", ")}`,
    );
  return app;
}

/** `bellwether backtest`: the incidents that stored readings would have opened under other settings; pages nobody. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("backtest", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help backtest\``);
  const { name: detector, family, watches } = detectorOf(values.detector ?? DRIFT.name);
  const store: Store = values.out === undefined ? { kind: "bucket" } : { kind: "folder", out: values.out };
  const falsePagesPerWeek = number("false-pages-per-week", values["false-pages-per-week"], 0.1, [0.001, 100]);
  const warmUpDays = number("warm-up-days", values["warm-up-days"], 14, [1, 28]);
  const [wantedFrom, wantedTo] = [instant("from", values.from), instant("to", values.to)];
  const app = await appOf(values.app, family, store);
  const days = store.kind === "folder" ? await daysIn(family, app, store.out) : [];
  const first = wantedFrom ?? days[0];
  const last = wantedTo ?? (days.length === 0 ? undefined : (days.at(-1) ?? 0) + DAY_MS);
  if (first === undefined || last === undefined)
    throw new UsageError("--from DATE and --to DATE are missing: a lake bucket may hold years");
  if (last <= first) throw new UsageError("--to is not after --from");
  const [from, until] = [first, last].map((at) => Math.floor(at / family.bucketMs) * family.bucketMs) as [
    number,
    number,
  ];
  const question = { app, family, detector, from, until, falsePagesPerWeek, warmUpDays };
  const progress = startProgress("backtest", io);
  try {
    const found = await backtest((day) => readStoredDay(store, family, app, day), {
      ...question,
      watches,
      onDay: (day) =>
        progress.update(
          (day - dayOf(from)) / (until - dayOf(from)),
          new Date(day).toISOString().slice(0, 10),
        ),
    });
    const document = backtestDocument(question, found);
    io.stdout.write(values.json === true ? `${JSON.stringify(document)}\n` : renderBacktest(document, io));
  } finally {
    progress.stop();
  }
  return 0;
}
