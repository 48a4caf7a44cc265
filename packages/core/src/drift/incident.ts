import { freshDetector, logMixture, stepDetector, UPWARD } from "@bellwether/stats/shiryaev-roberts";
import { type DriftBaseline, NO_PAST, type Past } from "./baseline.ts";
import { type DriftDay, dayOf } from "./day.ts";
import { DAY_MS } from "./detect/cell.ts";
import { startDetector } from "./detect/detector.ts";
import { lookAt, type SeriesLook } from "./look.ts";
import { type DriftKind, type Family, keyOf, SERIES } from "./series.ts";
import type { Culprit, DriftIncident, DriftState } from "./state.ts";
import { detectorKind, JUDGED_LAG_MS, type KindReading, type Stepped } from "./step.ts";

/** How an incident ended. */
type Ending = "back_to_normal" | "new_normal";

export type IncidentChange =
  | { readonly change: "opened"; readonly kind: DriftKind; readonly incident: DriftIncident }
  | {
      readonly change: "closed";
      readonly kind: DriftKind;
      readonly incident: DriftIncident;
      readonly ending: Ending;
    };

/** Scores below this part of what the incident began with speak for its end; what it began with is a little exaggerated, since it rang. */
const OVER_PART = 0.7;
/** A change that lasts is called over at most once in this many buckets. */
const OVER_LIMIT = 200;
/** After this long a change is the new normal, from the next midnight on: then the next baseline is made, ms. */
const PATIENCE_MS = DAY_MS;
/** An onset further back is not looked for, ms. */
const LONGEST_RUN_UP_MS = DAY_MS;

interface Inputs {
  readonly app: string;
  readonly family: Family;
  readonly days: readonly DriftDay[];
  readonly baselineOf: (day: number) => DriftBaseline;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Scores and differences of a series over the buckets of [from, until], as far as they can be read. */
function looksBetween(key: string, from: number, until: number, inputs: Inputs): SeriesLook[] {
  const looks: SeriesLook[] = [];
  for (let at = from; at <= until; at += inputs.family.bucketMs) {
    const look = lookAt(inputs.app, key, at, inputs.days, inputs.baselineOf(dayOf(at)));
    if (look !== undefined) looks.push(look);
  }
  return looks;
}

const scores = (looks: readonly SeriesLook[]): number[] => looks.flatMap(({ score }) => score ?? []);

const residuals = (looks: readonly SeriesLook[]): number[] =>
  looks.flatMap(({ value, looks: [first] }) => (value === null || first === undefined ? [] : first.residual));

const laneEnd = (key: string, bucket: number): number =>
  SERIES[keyOf(key).series].lane === "judged" ? bucket - JUDGED_LAG_MS : bucket;

function culpritOf(key: string, bucket: number, stepped: Stepped, inputs: Inputs): Culprit {
  const reading = stepped.readings.findLast((one) => one.key === key);
  const end = laneEnd(key, bucket);
  const onset = Math.max(reading?.onset ?? end, end - LONGEST_RUN_UP_MS);
  const looks = looksBetween(key, onset, end, inputs);
  const differences = residuals(looks);
  const x = scores(looks);
  return {
    key,
    onset,
    strength: x.length === 0 ? 0 : mean(x),
    effect: differences.length === 0 ? null : mean(differences),
    logE: reading?.logE ?? 0,
    over: freshDetector(UPWARD),
    calm: false,
  };
}

/** The series after one more bucket of an open incident. */
function watched(culprit: Culprit, bucket: number, inputs: Inputs): Culprit {
  const at = laneEnd(culprit.key, bucket);
  const [x] = scores(looksBetween(culprit.key, at, at, inputs));
  if (culprit.calm || x === undefined) return culprit;
  const { strength } = culprit;
  const below = OVER_PART * Math.abs(strength) - Math.sign(strength) * x;
  const over = stepDetector(UPWARD, culprit.over, below);
  return { ...culprit, over, calm: logMixture(over) >= Math.log(OVER_LIMIT) };
}

/** What a closed incident teaches about the past of one of its series. */
function learned(
  past: Past,
  culprit: Pick<Culprit, "key" | "onset">,
  { incident, ending, closedAt }: { incident: DriftIncident; ending: Ending; closedAt: number },
  inputs: Inputs,
): Past {
  if (ending === "back_to_normal")
    return { ...past, excluded: [...past.excluded, { from: culprit.onset, until: closedAt }] };
  // The season stays and its level moves, by what the last day shows; a mix has no level and is learned anew.
  const lastDay = residuals(
    looksBetween(culprit.key, closedAt - DAY_MS, closedAt - inputs.family.bucketMs, inputs),
  );
  if (lastDay.length === 0) return { ...past, since: incident.onset };
  return { ...past, shifts: [...past.shifts, { at: culprit.onset, by: mean(lastDay) }] };
}

/** Every segment of the series of an incident: the same change is in all of them, whether it was found there or not. */
function affectedBy({ culprits, onset }: DriftIncident, stepped: Stepped): Pick<Culprit, "key" | "onset">[] {
  const names = new Set(culprits.map(({ key }) => keyOf(key).series));
  const keys = new Set(culprits.map(({ key }) => key));
  for (const key of Object.keys(stepped.detectors)) if (names.has(keyOf(key).series)) keys.add(key);
  return [...keys].map((key) => culprits.find((one) => one.key === key) ?? { key, onset });
}

export interface Settled {
  readonly state: Pick<DriftState, "detectors" | "incidents" | "pasts">;
  readonly changes: readonly IncidentChange[];
}

function open(kind: KindReading, bucket: number, stepped: Stepped, inputs: Inputs): DriftIncident {
  const culprits = kind.found.map((key) => culpritOf(key, bucket, stepped, inputs));
  const openedAt = bucket + inputs.family.bucketMs;
  return {
    id: `${inputs.app}/${inputs.family.name}/${kind.kind}/${new Date(openedAt).toISOString().slice(0, 16)}`,
    openedAt,
    onset: Math.min(...culprits.map(({ onset }) => onset)),
    culprits,
  };
}

/** Opens and closes the incidents of each kind after a bucket; whatever ends restarts the detectors of its kind. */
export function settleIncidents(
  before: Pick<DriftState, "incidents" | "pasts">,
  bucket: number,
  stepped: Stepped,
  inputs: Inputs,
): Settled {
  const changes: IncidentChange[] = [];
  const incidents: Partial<Record<DriftKind, DriftIncident>> = {};
  const pasts: Record<string, Past> = { ...before.pasts };
  const detectors = { ...stepped.detectors };
  const end = bucket + inputs.family.bucketMs;
  for (const kind of inputs.family.kinds) {
    const running = before.incidents[kind];
    const reading = stepped.kinds.find((one) => one.kind === kind);
    if (running === undefined) {
      if (!reading?.rings) continue;
      const incident = open(reading, bucket, stepped, inputs);
      incidents[kind] = incident;
      changes.push({ change: "opened", kind, incident });
      continue;
    }
    const culprits = running.culprits.map((culprit) => watched(culprit, bucket, inputs));
    const calm = culprits.every((culprit) => culprit.calm);
    const expired = end >= running.openedAt + PATIENCE_MS && end === dayOf(end);
    if (!calm && !expired) {
      incidents[kind] = { ...running, culprits };
      continue;
    }
    const ending: Ending = calm ? "back_to_normal" : "new_normal";
    for (const culprit of affectedBy(running, stepped))
      pasts[culprit.key] = learned(
        pasts[culprit.key] ?? NO_PAST,
        culprit,
        { incident: running, ending, closedAt: end },
        inputs,
      );
    for (const key of Object.keys(detectors)) {
      if (SERIES[keyOf(key).series].kind === kind) detectors[key] = startDetector(detectorKind(key));
    }
    changes.push({ change: "closed", kind, incident: running, ending });
  }
  return { state: { detectors, incidents, pasts }, changes };
}
