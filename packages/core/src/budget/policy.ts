import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { duration } from "../config/duration.ts";
import { BUCKET_MS } from "../windows/bucket.ts";

const usd = z.number().positive().finite().max(1e9);
const fraction = z.number().gt(0).lt(1);

/** A span of whole 5-minute buckets, ms. */
const window = duration.refine((ms) => ms >= BUCKET_MS && ms % BUCKET_MS === 0 && ms <= 31 * 86_400_000, {
  error: "needs whole steps of 5 minutes, at most 31 days",
});

const burnRateSchema = z
  .strictObject({
    /** How many times as fast as the month's budget allows, in both windows. */
    factor: z.number().positive().finite(),
    long: window,
    short: window,
    severity: z.enum(["page", "ticket"]),
  })
  .refine(({ long, short }) => short < long, "the short window is not shorter than the long one");

/** Site Reliability Workbook, ch. 5: 2 % of a month in 1 h, 5 % in 6 h. The last pair is 1.25, because ordinary spend burns at about 1. */
const BURN_RATES: z.input<typeof burnRateSchema>[] = [
  { factor: 14.4, long: "1h", short: "5min", severity: "page" },
  { factor: 6, long: "6h", short: "30min", severity: "page" },
  { factor: 1.25, long: "3d", short: "6h", severity: "ticket" },
];

const limitsSchema = z.strictObject({
  /** USD of one tenant, and of one user, in a UTC day; without a number there is no limit. */
  perTenantUsd: usd.optional(),
  perUserUsd: usd.optional(),
});

const forecastSchema = z
  .strictObject({
    /** Probability of ending the month over budget, above which a ticket is raised and above which people are paged. */
    ticketAbove: fraction.default(0.5),
    pageAbove: fraction.default(0.8),
    /** How far the probability must fall below again before the incident closes. */
    hysteresis: z.number().min(0).lt(1).default(0.1),
  })
  .refine(({ ticketAbove, pageAbove }) => ticketAbove < pageAbove, "ticketAbove is not below pageAbove");

const fields = {
  monthlyUsd: usd,
  /** Part of the month's budget whose spending raises a ticket. */
  warnAt: fraction,
  dailyUsd: usd,
  /** Mean cost of a priced request over the last hour, USD. */
  perRequestUsd: usd,
  limits: limitsSchema,
  burnRates: z.array(burnRateSchema).max(10),
  forecast: forecastSchema,
};

const budgetSchema = z.strictObject({
  monthlyUsd: fields.monthlyUsd.default(10_000),
  warnAt: fields.warnAt.default(0.8),
  dailyUsd: fields.dailyUsd.default(100),
  perRequestUsd: fields.perRequestUsd.default(0.05),
  limits: fields.limits.prefault({}),
  burnRates: fields.burnRates.prefault(BURN_RATES),
  forecast: fields.forecast.prefault({}),
});

const policySchema = z.strictObject({
  /** Days and months begin at 00:00 UTC, as on the AWS bill. */
  timeZone: z.literal("UTC", { error: 'only "UTC": AWS bills by UTC months' }).default("UTC"),
  default: budgetSchema.prefault({}),
  /** What differs from the default, by app. */
  apps: z.record(z.string().min(1), z.strictObject(fields).partial()).default({}),
});

/** The budget of one app; money in USD, windows in ms. */
export type Budget = z.infer<typeof budgetSchema>;
export type BurnPair = Budget["burnRates"][number];
export type BudgetPolicy = z.infer<typeof policySchema>;

/** A budget file that cannot be used; `message` is one line with path and reason. */
export class BudgetPolicyError extends Error {
  override readonly name = "BudgetPolicyError";
}

/** Reads budgets.yaml in the shape `budgets: { timeZone, default, apps }`; throws BudgetPolicyError. */
export function parseBudgetPolicy(yaml: string): BudgetPolicy {
  let document: unknown;
  try {
    document = parseYaml(yaml);
  } catch (error) {
    throw new BudgetPolicyError(`budgets: ${(error as Error).message.split("\n")[0]}`);
  }
  const parsed = z.strictObject({ budgets: policySchema }).safeParse(document);
  if (parsed.success) return parsed.data.budgets;
  const issue = parsed.error.issues[0];
  throw new BudgetPolicyError(
    `budgets: ${issue?.path.join(".") || "(root)"}: ${issue?.message ?? "invalid"}`,
  );
}

/** The budget of an app: its own fields, each in place of the default's. */
export function budgetOf(policy: BudgetPolicy, app: string): Budget {
  const own = Object.hasOwn(policy.apps, app) ? (policy.apps[app] ?? {}) : {};
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...policy.default, ...Object.fromEntries(given) };
}
