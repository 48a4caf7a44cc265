import type { LakeRow } from "@bellwether/core/lake/tables";
import type { ReviewedItem } from "@bellwether/core/review/corrected";
import { seededUniform as seeded } from "@bellwether/stats/uniform";

const DAY = 86_400_000;
/** A Monday. */
const START = Date.parse("2026-06-01T00:00:00Z");

export interface Person extends ReviewedItem {
  readonly requestId: string;
  readonly variant: string | null;
  /** What people would say of it, labelled or not. */
  readonly truth: number;
}

/**
 * Judged requests of `days` days and two variants, as the sampler draws them: bad answers more often. The judge sees
 * what people see plus noise, and is lenient by `bias`; people have labelled the first `share` of the drawn ones.
 */
export function reviewedPopulation(options: {
  readonly seed: number;
  readonly requests: number;
  readonly days: number;
  readonly bias: number;
  readonly labelRate: number;
  readonly share?: number;
}): { readonly judged: readonly Person[]; readonly truth: number } {
  const { seed, requests, days, bias, labelRate, share = 1 } = options;
  const random = seeded(seed);
  let sum = 0;
  const judged: Person[] = [];
  for (let i = 0; i < requests; i++) {
    const bad = random() < 0.2;
    // Three levels, far enough from both ends that no bias is clipped away.
    const truth = Math.round(4 * ((bad ? 0.4 : 0.65) + 0.3 * (random() - 0.5))) / 4;
    sum += truth;
    const at = START + Math.floor(random() * days * DAY);
    const [judgeDraw, humanDraw, noise, variant] = [random(), random(), random(), random()];
    const pi = bad ? 0.5 : 0.2;
    if (judgeDraw >= pi) continue;
    const rho = Math.min(1, labelRate / pi);
    const judge = truth + 0.3 * (noise - 0.5) + bias;
    const drawn = humanDraw < rho;
    judged.push({
      requestId: `r-${i}`,
      at,
      pi,
      judge,
      truth,
      variant: variant < 0.5 ? "stable" : variant < 0.95 ? "canary" : null,
      ...(drawn ? { rho } : {}),
      ...(drawn && humanDraw < rho * share ? { human: truth } : {}),
    });
  }
  return { judged, truth: sum / requests };
}

/** The population as rows of the lake, one label per labelled request. */
export function lakeOf(judged: readonly Person[]): {
  readonly requests_log: LakeRow[][];
  readonly evaluations_log: LakeRow[][];
  readonly review_tasks_log: LakeRow[][];
  readonly reviews_log: LakeRow[][];
} {
  const common = ({ requestId, at, variant, pi }: Person) => ({
    request_id: requestId,
    at: new Date(at).toISOString(),
    app: "bot",
    variant,
    pi,
    rev: 1,
  });
  const drawn = judged.filter(({ rho }) => rho !== undefined);
  return {
    requests_log: [judged.map((one) => ({ ...common(one), u: 0, first_pi: one.pi, outcome: "judged" }))],
    evaluations_log: [
      judged.map((one) => ({
        ...common(one),
        metric: "quality",
        status: "scored",
        score: one.judge,
        judge_version: "j.1",
        judge_model: "judge",
      })),
    ],
    review_tasks_log: [
      drawn.map(({ requestId, at, variant, rho = null }, i) => ({
        request_id: requestId,
        at: new Date(at).toISOString(),
        app: "bot",
        variant,
        reasons: "sample",
        rho,
        place: i,
        second: false,
        source_key: "a.gz",
        source_line: 1,
        rev: 1,
      })),
    ],
    reviews_log: [
      drawn.flatMap(({ requestId, human, at, rho = null }) =>
        human === undefined
          ? []
          : [
              {
                request_id: requestId,
                metric: "quality",
                reviewer: "ann",
                label: human,
                rho,
                app: "bot",
                at: new Date(at + DAY).toISOString(),
                rev: 1,
              },
            ],
      ),
    ],
  };
}
