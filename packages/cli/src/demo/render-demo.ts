import type { Story } from "@bellwether/local/demo/story";
import { type Io, renderTable } from "../output.ts";
import type { Summary } from "../report/summary.ts";
import type { DemoDocument } from "./document.ts";
import { sparkline } from "./sparkline.ts";
import type { Chapter } from "./timeline.ts";

const fixed = (value: number | null, digits = 3): string => (value === null ? "–" : value.toFixed(digits));
const usd = (value: number | null): string => (value === null ? "unpriced" : `$${value.toFixed(2)}`);
const percent = (value: number | null): string => (value === null ? "–" : `${(value * 100).toFixed(1)} %`);

/** The scale of the picture; quality below it is drawn as its floor. */
const [LOWEST, HIGHEST] = [0.7, 1];

/** The report a person reads after the demo. */
export function renderDemo(
  { summary, demo, story, out }: { summary: Summary; demo: DemoDocument; story: Story; out: string },
  io: Io,
): string {
  const { bold, dim } = io.color;
  const failed = demo.checks.filter(({ ok }) => !ok);
  return [
    bold("A simulated day of support-bot"),
    dim("  Traffic, users and feedback are simulated; functions, decisions and numbers are the product's."),
    dim(
      "  The judge is a deterministic STAND-IN, not a model: its scores show the machinery, not real quality.",
    ),
    "",
    bold("What happened (UTC)"),
    ...demo.timeline.map((chapter) => timelineLine(chapter, story, io)),
    "",
    ...picture(demo, io),
    "",
    ...qualityTable(demo, io),
    "",
    ...numbers(summary, demo, io),
    "",
    bold("As told?"),
    ...demo.checks.map(({ name, ok, detail }) => {
      const mark = ok ? io.color.green("✓") : io.color.red("✗");
      return `  ${mark} ${name} ${dim(detail)}`;
    }),
    "",
    bold("Where to look next"),
    ...(demo.worstRequest === null ? [] : [`  bellwether why ${demo.worstRequest} --out ${out}`]),
    `  bellwether query --saved quality-by-variant --out ${out}`,
    `  bellwether query --saved worst-answers --out ${out}`,
    `  bellwether rollout show --app ${story.app} --out ${out}`,
    `  bellwether usage --out ${out}`,
    `  bellwether budget --out ${out}`,
    `  bellwether backtest --out ${out} ${dim("# what the drift detectors saw; they learn for 14 days")}`,
    "",
    dim(
      `${(summary.wallMs / 1_000).toFixed(0)} s, ${failed.length === 0 ? "everything as told" : "NOT as told"}`,
    ),
    "",
  ].join("\n");
}

function timelineLine({ at, by, what, text }: Chapter, story: Story, { color }: Io): string {
  const [day, time] = [at.slice(0, 10), at.slice(11, 16)];
  const shown = day === new Date(story.start).toISOString().slice(0, 10) ? time : `${day} ${time}`;
  const paint = by === "simulation" ? color.dim : what === "rollback" ? color.red : (line: string) => line;
  return `  ${color.bold(shown)}  ${paint(text)}`;
}

function picture({ qualityByHour }: DemoDocument, { color }: Io): string[] {
  const names = Object.keys(qualityByHour);
  const size = Math.max(...names.map((name) => name.length));
  return [
    `${color.bold("Quality by hour")} ${color.dim(`weighted; ▁ ${LOWEST} or less, █ ${HIGHEST}, · too few judged`)}`,
    ...Object.entries(qualityByHour).map(
      ([variant, values]) => `  ${variant.padEnd(size)} ${sparkline(values, LOWEST, HIGHEST)}`,
    ),
    color.dim(`  ${" ".repeat(size)} 0     6     12    18    24 h`),
  ];
}

function qualityTable({ truth }: DemoDocument, { color }: Io): string[] {
  const rows = Object.entries(truth).map(([variant, q]) => [
    variant,
    q.judged,
    fixed(q.naiveMean),
    fixed(q.mean),
    `[${fixed(q.low)}, ${fixed(q.high)}]`,
    q.answers,
    fixed(q.truth),
    q.covered === null ? "no data" : q.covered ? "yes" : "no",
  ]);
  const columns = [
    "variant",
    "judged",
    "naive mean",
    "weighted mean",
    "95 % interval",
    "answers",
    "truth",
    "covered",
  ];
  return [
    `${color.bold("Quality by variant")} ${color.dim("naive: as if the sample were random; truth: every answer judged by the same stand-in")}`,
    ...renderTable(columns, rows, color)
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}

function numbers(
  { records, sampling, feedback, cost, awsUsdPerMillion }: Summary,
  demo: DemoDocument,
  { color }: Io,
): string[] {
  const variants = Object.entries(cost.byVariant)
    .filter(([variant]) => variant !== "(none)")
    .map(([variant, value]) => `${variant} ${usd(value)}`);
  return [
    color.bold("Numbers"),
    `  records   ${records.read} lines: ${records.kept} kept (the judge's own calls among them), ${records.quarantined} quarantined, ${records.duplicate} duplicate, ${records.ignored} ignored`,
    `  sampling  ${sampling.selected} selected: ${Object.entries(sampling.byReason)
      .map(([rule, n]) => `${rule} ${n}`)
      .join(", ")}`,
    `  feedback  ${feedback.joined} joined, ${feedback.parked} parked (request not known), ${feedback.duplicate} duplicate`,
    `  cost      ${usd(cost.totalUsd)} (${variants.join(", ")}); priced share ${percent(cost.pricedShare)}; the judge ${usd(cost.judgeUsd)} at list price`,
    ...(cost.unpricedModels.length > 0 ? [`  unpriced  ${cost.unpricedModels.join(", ")}`] : []),
    `  evidence  e-value ${demo.eValue === null ? "–" : demo.eValue.toPrecision(3)}; a rollback needs 100`,
    `  AWS       ${awsUsdPerMillion === null ? "–" : usd(awsUsdPerMillion)} per million records, without judge tokens and fixed monthly items`,
  ];
}
