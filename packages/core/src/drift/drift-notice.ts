import type { Notice } from "../notices/notice.ts";
import type { Creep, PinnedBaseline } from "./creep.ts";
import type { Contribution } from "./detect/categorical.ts";
import type { Distances } from "./explain.ts";
import type { IncidentChange } from "./incident.ts";
import { ALL, type DriftKind, type Family, keyOf, SERIES, type SeriesSpec } from "./series.ts";
import type { Culprit } from "./state.ts";

/** What a page says about one series besides its numbers. */
export interface CulpritStory {
  readonly culprit: Culprit;
  /** Expected and present reading in the series' scale; null for a mix. */
  readonly expected: number | null;
  readonly present: number | null;
  readonly contributions: readonly Contribution[];
  readonly distances: Distances | undefined;
  readonly examples: readonly string[];
  /** Of a fall of quality. */
  readonly parts: { readonly mix: number; readonly within: number } | undefined;
}

const SEVERITY: Readonly<Record<DriftKind, Notice["severity"]>> = {
  // What users ask is worth knowing in the morning; what they get is worth waking up for.
  data: "info",
  concept: "high",
  performance: "high",
  usage: "high",
  cost: "high",
};

const nameOf = (kind: DriftKind): string => (kind === "cost" ? "cost anomaly" : `${kind} drift`);
const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
const short = (value: number): string => String(Number(value.toPrecision(3)));
const percent = (ratio: number): string => `${ratio >= 0 ? "+" : "−"}${short(Math.abs(ratio) * 100)} %`;

function seriesName(key: string): string {
  const { series, segment } = keyOf(key);
  return segment === ALL ? SERIES[series].label : `${SERIES[series].label} (${segment.replace("=", " ")})`;
}

/** A mean of a scale in its unit. */
function fromScale(scale: SeriesSpec["scale"], value: number): number {
  if (scale === "log") return Math.exp(value);
  return scale === "root" ? Math.max(0, (value / 2) ** 2 - 3 / 8) : value;
}

/** The change in the unit people know: "812 → 951 tokens (+17 %)". */
export function changeWords({ culprit, expected, present }: CulpritStory): string {
  const { scale, unit, type } = SERIES[keyOf(culprit.key).series];
  if (expected === null || present === null)
    return type === "categorical" || type === "embedding" ? "another mix" : "changed";
  const [was, is] = [fromScale(scale, expected), fromScale(scale, present)];
  const relative =
    scale !== "linear"
      ? ` (${percent(is / was - 1)})`
      : ` (${is >= was ? "+" : "−"}${short(Math.abs(is - was))})`;
  return `${short(was)} → ${short(is)}${unit === "" || unit === "share" ? "" : ` ${unit}`}${relative}`;
}

function linesOf(story: CulpritStory): string[] {
  const { culprit, contributions, distances, examples, parts } = story;
  const more = contributions.map(({ category, residual }) => `${residual > 0 ? "more" : "less"} ${category}`);
  return [
    `${seriesName(culprit.key)}: ${changeWords(story)} since about ${iso(culprit.onset)}${more.length === 0 ? "" : `; ${more.join(", ")}`}`,
    ...(parts === undefined
      ? []
      : [`  of it ${short(parts.within)} within topics, ${short(parts.mix)} because other topics are asked`]),
    ...(distances === undefined
      ? []
      : [
          `  for comparison, not alarmed on: PSI ${short(distances.psi)} (debiased), KS ${short(distances.ks)}, JS ${short(distances.js)} bits${distances.wasserstein === undefined ? "" : `, Wasserstein ${short(distances.wasserstein)} sd`}`,
        ]),
    ...(examples.length === 0 ? [] : [`  for example ${examples.join(", ")}`]),
  ];
}

/** Series told in one page. */
const TOLD = 4;
/** Request ids come out of logs; one with any other character could end a shell's word. */
const PLAIN = /^\w[\w-]*$/;

/** The page of an incident that opened, or the note that it closed; the same incident gives the same keys. */
export function driftNotice(
  app: string,
  change: IncidentChange,
  stories: readonly CulpritStory[],
  at: number,
): Notice {
  const { kind, incident } = change;
  const common = {
    type: kind === "cost" ? ("cost" as const) : ("drift" as const),
    app,
    generation: null,
    at,
    evidence: null,
  };
  if (change.change === "closed") {
    const words =
      change.ending === "back_to_normal"
        ? "is back to normal"
        : "has lasted a day and is taken as the new normal; a change from here pages again";
    return {
      ...common,
      dedupeKey: `closed/${incident.id}`,
      incident: { key: incident.id, state: "closed" },
      severity: "info",
      title: `${app}: ${nameOf(kind)} ${words}`,
      lines: [
        `it began about ${iso(incident.onset)} in ${incident.culprits.map(({ key }) => seriesName(key)).join(", ")}`,
      ],
    };
  }
  const [first] = stories;
  const example = stories.flatMap(({ examples }) => examples).find((id) => PLAIN.test(id));
  const left = incident.culprits.length - TOLD;
  return {
    ...common,
    dedupeKey: `opened/${incident.id}`,
    incident: { key: incident.id, state: "open" },
    severity: SEVERITY[kind],
    title: `${app}: ${nameOf(kind)}, ${first === undefined ? kind : `${seriesName(first.culprit.key)} ${changeWords(first)}`}`,
    lines: [
      ...stories.slice(0, TOLD).flatMap(linesOf),
      ...(left > 0 ? [`and ${left} more series`] : []),
      `found ${iso(incident.openedAt)}; nothing was rolled back`,
    ],
    next: [
      ...(example === undefined ? [] : [`bellwether why ${example}`]),
      "bellwether query --saved drift-now",
    ],
  };
}

/** A difference from a release in the unit people know: "+12 % [10, 14]". */
function creepWords({ key, effect, low, high }: Creep): string {
  const { scale } = SERIES[keyOf(key).series];
  const [mean, from, to] = [effect, low, high].map((value) =>
    scale === "linear" ? value : (Math.exp(value) - 1) * 100,
  ) as [number, number, number];
  return `${seriesName(key)}: ${mean >= 0 ? "+" : "−"}${short(Math.abs(mean))}${scale === "linear" ? "" : " %"} [${short(from)}, ${short(to)}]`;
}

/** The weekly note that series have moved away from their release, each step too small to ring. */
export function creepNotice(
  family: Family,
  app: string,
  release: PinnedBaseline,
  creeps: readonly Creep[],
  day: number,
): Notice {
  return {
    type: "drift",
    app,
    generation: null,
    at: day,
    evidence: null,
    dedupeKey: `creep/${family.name}/${app}/${new Date(day).toISOString().slice(0, 10)}`,
    severity: "info",
    title: `${app}: last week differs from the weeks before ${new Date(release.day).toISOString().slice(0, 10)}, when its baseline was pinned`,
    lines: creeps.map(creepWords),
    next: ["bellwether query --saved drift-now"],
  };
}
