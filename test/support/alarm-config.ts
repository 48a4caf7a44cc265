import { parseConfig } from "@bellwether/core/config/config";

const bounds = {
  qualityFloor: 0.7,
  errorRate: 0.05,
  guardrailRate: 0.1,
  negativeFeedback: 0.3,
  latencyP95Ms: 8_000,
};

/** A stage in which every alarm exists. */
export const everythingFor = (...apps: string[]) =>
  parseConfig({
    apps,
    sampling: { preset: "budgeted" },
    sentinel: { dataset: "golden/bot.jsonl" },
    quotas: { nova: { tokensPerMinute: 1_000 } },
    alarms: Object.fromEntries(apps.map((app) => [app, bounds])),
  });
