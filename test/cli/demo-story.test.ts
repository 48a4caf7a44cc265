import { checkStory, type Evidence } from "@bellwether/cli/demo/checks";
import { qualityByHour, qualityByVariant } from "@bellwether/cli/demo/quality";
import { sparkline } from "@bellwether/cli/demo/sparkline";
import { storyOf } from "@bellwether/local/demo/story";
import { describe, expect, it } from "vitest";

const HOUR = 3_600_000;
const story = storyOf(1, 22_000);
const at = (hour: number): number => story.start + hour * HOUR;
const iso = (hour: number): string => new Date(at(hour)).toISOString();

describe("sparkline", () => {
  it("draws the range in eight steps, clips, and leaves gaps", () => {
    expect(sparkline([0, 0.5, 1, -1, 2, null, 0.99, 0.13], 0, 1)).toBe("▁▅█▁█·█▂");
  });
});

describe("quality of a variant", () => {
  const answers = (scores: readonly number[], variant = "v12") =>
    scores.map((score, i) => ({ requestId: `r${i}`, variant, at: at(1), score }));

  it("weighs by 1/pi and holds the result against every answer", () => {
    // Ten bad answers judged for certain, and one in ten of a hundred good ones.
    const scores = [
      ...Array.from({ length: 10 }, () => ({ variant: "v12", at: at(1), score: 0, pi: 1 })),
      ...Array.from({ length: 10 }, () => ({ variant: "v12", at: at(1), score: 1, pi: 0.1 })),
    ];
    const truth = answers([...Array.from({ length: 10 }, () => 0), ...Array.from({ length: 100 }, () => 1)]);
    const { v12 } = qualityByVariant(scores, truth);
    expect(v12).toMatchObject({ judged: 20, answers: 110, naiveMean: 0.5, covered: true, coveredWide: true });
    expect(v12?.mean).toBeCloseTo(100 / 110, 12);
    expect(v12?.truth).toBeCloseTo(100 / 110, 12);
  });

  it("does not claim coverage of what nobody judged", () => {
    expect(qualityByVariant([], answers([1], "v13")).v13).toMatchObject({
      mean: null,
      covered: null,
      truth: 1,
    });
  });

  it("has no value for an hour with too few scores", () => {
    const scores = Array.from({ length: 5 }, () => ({ variant: "v12", at: at(2), score: 0.5, pi: 1 }));
    expect(qualityByHour(scores, story.start, 4)).toEqual([null, null, 0.5, null]);
    expect(qualityByHour(scores.slice(1), story.start, 4)).toEqual([null, null, null, null]);
  });
});

describe("checkStory", () => {
  const served = (hour: number, score: number) => ({
    requestId: `r${hour}`,
    variant: "v12",
    at: at(hour),
    score,
  });
  const quality = {
    judged: 1,
    naiveMean: 0.9,
    mean: 0.9,
    low: 0.8,
    high: 1,
    truth: 0.9,
    answers: 1,
    covered: true,
    coveredWide: true,
  };
  const rollback = {
    app: story.app,
    from: story.canary,
    to: story.stable,
    generation: 2,
    rule: "quality_degradation",
    at: iso(12),
    reason: "",
  };
  const alarm = { name: `bellwether-canary-${story.app}`, at: iso(12), state: "ALARM" };
  const asTold: Evidence = {
    story,
    run: {
      pages: [
        { at: at(12), subject: "[critical] support-bot: canary v13 rolled back to v12 by x", message: "" },
        { at: at(13), subject: "[info] support-bot: recovered after the rollback to v12", message: "" },
      ],
      deadLetters: {
        ingest: 0,
        feedback: 0,
        "evaluate-high": 0,
        "evaluate-normal": 0,
        "evaluate-low": 0,
        notify: 0,
      },
      settled: true,
    },
    summary: { alarms: [alarm], rollbacks: [rollback] },
    truth: [served(2, 0.95), served(11.5, 0.85), served(15, 0.95)],
    quality: { v12: quality, v13: quality },
    canaryAfter: 0,
  };
  const failedOf = (change: Partial<Evidence>): string[] =>
    checkStory({ ...asTold, ...change })
      .filter(({ ok }) => !ok)
      .map(({ name }) => name);

  it("accepts the story as told", () => {
    expect(failedOf({})).toEqual([]);
  });

  it.each<[string, Partial<Evidence>, RegExp]>([
    [
      "two rollbacks",
      { summary: { alarms: [alarm], rollbacks: [rollback, rollback] } },
      /exactly one rollback/,
    ],
    [
      "a rollback before the canary turned bad",
      { summary: { alarms: [alarm], rollbacks: [{ ...rollback, at: iso(10) }] } },
      /only after/,
    ],
    [
      "a rollback too late",
      { summary: { alarms: [alarm], rollbacks: [{ ...rollback, at: iso(20) }] } },
      /only after/,
    ],
    ["no alarm", { summary: { alarms: [], rollbacks: [rollback] } }, /alarm rang/],
    ["nobody paged", { run: { ...asTold.run, pages: [] } }, /paged/],
    ["a canary that is still served", { canaryAfter: 1 }, /returned to stable/],
    [
      "bad answers after the rollback",
      { truth: [served(2, 0.95), served(11.5, 0.85), served(15, 0.9)] },
      /recovered/,
    ],
    ["no answers after the rollback", { truth: [served(2, 0.95), served(11.5, 0.85)] }, /recovered/],
    [
      "a dead letter",
      { run: { ...asTold.run, deadLetters: { ...asTold.run.deadLetters, ingest: 1 } } },
      /no dead letters/,
    ],
    [
      "an interval beside the truth",
      { quality: { v12: { ...quality, coveredWide: false } } },
      /hold the truth/,
    ],
    ["no estimate", { quality: { v12: { ...quality, coveredWide: null } } }, /hold the truth/],
  ])("finds %s", (_name, change, part) => {
    const failed = failedOf(change);
    expect(failed.some((name) => part.test(name))).toBe(true);
  });

  it("fails nearly everything without a rollback", () => {
    expect(failedOf({ summary: { alarms: [], rollbacks: [] } })).toEqual(
      expect.arrayContaining([expect.stringMatching(/exactly one/), expect.stringMatching(/all traffic/)]),
    );
  });
});
