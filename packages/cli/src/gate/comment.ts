import { detectableLine } from "@bellwether/core/gate/detectable";
import { inUnit } from "@bellwether/core/gate/in-words";
import type { GateReport, TagComparison, WorstItem } from "@bellwether/core/gate/report";
import { count, usd } from "./announce.ts";
import { metricTable, signed } from "./comment-table.ts";
import type { GateDocument } from "./conclude.ts";
import { codeBlock, codeSpan } from "./markdown.ts";

/** Characters that GitHub takes in a comment. */
const GITHUB_CHARACTERS = 65_536;
/** Kept free for the links that whoever posts the comment adds. */
const FOR_LINKS = 1_536;
const LABEL = 200;
const ID = 100;
const QUESTION = 1_000;
const ANSWER = 2_500;
const CLAIM = 500;
const CLAIMS = 10;
const TAGS = 10;

const HEADLINE = {
  passed: "✅ Gate passed",
  failed: "❌ Gate failed",
  not_enough_evidence: "⚠️ Not enough evidence",
} as const;

/** What tells this suite's comment from others, invisible to a reader. */
const commentMarker = (suite: string): string =>
  `<!-- bellwether-gate:${suite.replace(/[^\w./]+/g, "-").slice(0, ID)} -->`;

/** `comment.md`: the result for the readers of a pull request, at most 64,000 characters of GitHub's 65,536. */
export function renderComment(document: GateDocument): string {
  const { report } = document;
  const blocks = [
    commentMarker(document.suiteFile),
    headline(document),
    ...noted(report),
    metricTable(document),
    spending(document),
    ...worstBlocks(report.worst),
    ...flaggedTags(report),
    ...unscored(report),
    ...detectable(report),
    details("How this was decided", [report.multiplicity.rule, ...report.notes].join("\n\n")),
  ];
  return `${fitting(blocks, GITHUB_CHARACTERS - FOR_LINKS).join("\n\n")}\n`;
}

/** The first blocks that fit, and how many do not. */
function fitting(blocks: readonly string[], room: number): string[] {
  const note = (left: number) =>
    `_${count(left, "part")} left out: too long for a comment; the files have it all._`;
  const kept: string[] = [];
  let used = note(blocks.length).length + 3;
  for (const block of blocks) {
    if (used + block.length + 2 > room) return [...kept, note(blocks.length - kept.length)];
    kept.push(block);
    used += block.length + 2;
  }
  return kept;
}

function headline({ verdict, stopped, report, suite, suiteFile, judge }: GateDocument): string {
  const against = report.base === null ? "" : ` against ${codeSpan(report.base, LABEL)}`;
  const items = `${count(suite.items, "item")}${suite.items < suite.of ? ` of ${suite.of}` : ""}`;
  return [
    `## ${HEADLINE[verdict]}`,
    ...(stopped === null ? [] : [`**The run did not finish:** ${codeSpan(stopped.reason, CLAIM)}`]),
    `${codeSpan(report.head, LABEL)}${against} · ${items} of ${codeSpan(suiteFile, LABEL)} · judged by ${judge.standIn ? "a stand-in in place of " : ""}${codeSpan(judge.modelId, LABEL)} (${codeSpan(judge.version, LABEL)})`,
    ...(report.standInJudge
      ? [
          "> **Stand-in judge:** scores come from word matching, not from a model. They show that the gate works, not how good the answers are.",
        ]
      : []),
  ].join("\n\n");
}

/** What keeps the gate from passing, failures first. */
function noted({ checks }: GateReport): string[] {
  const lines = (title: string, wanted: (check: (typeof checks)[number]) => boolean): string[] => {
    const found = checks.filter(wanted);
    if (found.length === 0) return [];
    return [
      `**${title}**\n${found.map(({ metric, stage, detail }) => `- ${codeSpan(metric, ID)} (${stage}): ${detail}`).join("\n")}`,
    ];
  };
  return [
    ...lines("Failed", ({ status }) => status === "failed"),
    ...lines("Not enough evidence", ({ status, insufficient }) => status !== "failed" && insufficient),
    ...lines("Worth a look", ({ status, insufficient }) => status === "warned" && !insufficient),
  ];
}

function spending({ measured, report, spent, judge }: GateDocument): string {
  const { cost, latency } = measured;
  const { unpriced } = report.costs.head;
  const before = report.comparisons.find(({ metric }) => metric === "cost")?.base;
  const money =
    cost === null
      ? "cost not measured"
      : `${inUnit(cost.mean, "USD")} per answer${before === undefined ? "" : ` (base ${inUnit(before, "USD")})`}`;
  const time =
    latency === null
      ? "latency not measured"
      : `latency p50 ${inUnit(latency.p50, "ms")}, p95 ${inUnit(latency.p95, "ms")}, p99 ${inUnit(latency.p99, "ms")}`;
  const paid = `This run: ${count(spent.answers, "answer")} for ${usd(spent.answersUsd)}, ${count(spent.draws, "judgement")} for ${usd(spent.judgeUsd)}${judge.standIn ? " at list prices (nothing is paid for a stand-in)" : ""}`;
  return `**Cost and latency:** ${money}${unpriced > 0 ? `, ${count(unpriced, "answer")} unpriced` : ""}; ${time}. ${paid}.`;
}

/** Where it got worse, a line per metric. */
function flaggedTags({ tags }: GateReport): string[] {
  const flagged = tags.filter(({ flagged: worse }) => worse);
  if (flagged.length === 0) return [];
  const one = ({ tag, metric, items, difference }: TagComparison) =>
    `${codeSpan(tag, ID)} ${signed(difference, metric)} (${count(items, "item")})`;
  const lines = [...new Set(flagged.map(({ metric }) => metric))].map((metric) => {
    const own = flagged.filter((comparison) => comparison.metric === metric);
    const more = own.length > TAGS ? `, and ${own.length - TAGS} more` : "";
    return `- ${codeSpan(metric, ID)}: ${own.slice(0, TAGS).map(one).join(", ")}${more}`;
  });
  return [details("Tags that got worse (exploratory, decides nothing)", lines.join("\n"))];
}

function worstBlocks(worst: readonly WorstItem[]): string[] {
  return worst.map((item, index) =>
    details(
      `Worst regression ${index + 1}: ${item.metric} ${signed(item.difference, item.metric)}`,
      [
        `Item ${codeSpan(item.itemId, ID)}`,
        `**Question**\n\n${codeBlock(item.question, QUESTION)}`,
        `**Base**\n\n${answerBlock(item.baseAnswer)}`,
        `**Head**\n\n${answerBlock(item.headAnswer)}`,
        ...claims(item.unsupportedClaims),
      ].join("\n\n"),
    ),
  );
}

const answerBlock = (answer: string | null): string =>
  answer === null ? "(no answer)" : codeBlock(answer, ANSWER);

function claims(unsupported: readonly string[]): string[] {
  if (unsupported.length === 0) return [];
  const shown = unsupported.slice(0, CLAIMS).map((claim) => `- ${codeSpan(claim, CLAIM)}`);
  const more = unsupported.length > CLAIMS ? [`- and ${unsupported.length - CLAIMS} more`] : [];
  return [`**Nothing supports**\n${[...shown, ...more].join("\n")}`];
}

/** Items that should have a score and have none; what does not apply to an item is no gap. */
function unscored({ counts }: GateReport): string[] {
  const lines = Object.entries(counts.unscored).flatMap(([metric, groups]) =>
    groups
      .filter(({ applies }) => applies)
      .map(
        ({ side, reason, itemIds }) =>
          `- ${codeSpan(metric, ID)}, ${side}: ${count(itemIds.length, "item")}, ${codeSpan(reason, LABEL)}`,
      ),
  );
  return lines.length === 0 ? [] : [details("Without a value", lines.join("\n"))];
}

const detectable = ({ mdd }: GateReport): string[] =>
  mdd.length === 0
    ? []
    : [details("What this many items can show", mdd.map((one) => `- ${detectableLine(one)}`).join("\n"))];

const details = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
