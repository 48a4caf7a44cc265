/** `settledUntil`: no tick before this instant can change anything unless new data arrives; `null` is for ever. */
export interface TickAnswer {
  readonly settledUntil: string | null;
}

export interface SettledApps<Result> {
  readonly done: readonly { readonly app: string; readonly result: Result }[];
  readonly failed: readonly { readonly app: string; readonly error: Error }[];
  /** The tick's answer; throws when an app failed, so that the invocation fails too. */
  readonly answer: (participle: string) => TickAnswer;
}

/** Runs a detector on every app; one app's trouble is not the others'. */
export async function settleApps<Result extends { readonly settledUntil: number | null }>(
  apps: readonly string[],
  tick: (app: string) => Promise<Result>,
): Promise<SettledApps<Result>> {
  const done: { app: string; result: Result }[] = [];
  const failed: { app: string; error: Error }[] = [];
  const outcomes = await Promise.allSettled(apps.map(tick));
  outcomes.forEach((outcome, index) => {
    const app = apps[index] ?? "";
    if (outcome.status === "fulfilled") done.push({ app, result: outcome.value });
    else failed.push({ app, error: outcome.reason as Error });
  });
  return {
    done,
    failed,
    answer: (participle) => {
      if (failed.length > 0) {
        const errors = failed.map(({ error }) => error);
        throw new AggregateError(errors, `${failed.length} apps could not be ${participle}`);
      }
      const instants = done.map(({ result }) => result.settledUntil).filter((at) => at !== null);
      return {
        settledUntil: instants.length === 0 ? null : new Date(Math.min(...instants)).toISOString(),
      };
    },
  };
}
