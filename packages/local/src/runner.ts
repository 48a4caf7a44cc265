import type { FunctionName, RuleTarget } from "@bellwether/core/topology";
import { createAsyncInvocations } from "./async-invocations.ts";
import type { VirtualClock } from "./clock.ts";
import type { CloudWatch } from "./endpoints/cloudwatch.ts";
import type { BusEvent, RaisedEvent } from "./endpoints/event-bridge.ts";
import type { EventSource } from "./event-source.ts";
import { queueName } from "./physical-names.ts";
import type { Schedule, Scheduler } from "./scheduler.ts";
import type { QueueState } from "./storage.ts";

const MINUTE = 60_000;
/** Ticks run on behalf of alarms that have not reached their final state; the longest gauge alarm looks back ten minutes. */
const MAX_HELD_TICKS = 30;
/** Ticks that `settle` adds for the alarms that remain: four times the longest look-back of the product's alarms. */
const MAX_SETTLING_TICKS = 120;

export interface RunnerDeps {
  readonly clock: VirtualClock;
  /** Functions that run; a target that is not among them gets nothing. */
  readonly functions: ReadonlySet<FunctionName>;
  /** Runs a function; rejects when the invocation failed, having logged it. */
  readonly invoke: (name: FunctionName, event: unknown) => Promise<unknown>;
  /** Mappings in the order in which their queues are emptied. */
  readonly sources: readonly EventSource[];
  readonly poll: (source: EventSource) => Promise<void>;
  readonly queueStates: (names: readonly string[]) => Promise<QueueState[]>;
  readonly sendMessage: (
    queue: Extract<RuleTarget, { queue: unknown }>["queue"],
    body: string,
  ) => Promise<void>;
  readonly schedules: readonly (Schedule<string> & { readonly function: FunctionName })[];
  readonly scheduler: Scheduler<string>;
  readonly cloudwatch: Pick<CloudWatch, "evaluate" | "skip">;
  /** Whether alarms would stay as they are if the gauges of the minute at `at` held: those that watch gauges, or all. */
  readonly alarmsAreStable: (which: "gauges" | "all", at: number) => Promise<boolean>;
  /** Alarm state changes since the last call. */
  readonly takeStateChanges: () => readonly RaisedEvent[];
  readonly raise: (event: RaisedEvent) => Promise<void>;
  /** Told of a scheduled function whose answer cannot be understood; its ticks are then never skipped. */
  readonly onBadAnswer: (name: FunctionName, error: RangeError) => void;
}

export interface Runner {
  /** What the buses call for a matching rule. */
  deliver(target: RuleTarget, event: BusEvent): Promise<void>;
  /** Runs everything that can run at virtual now. */
  drain(): Promise<void>;
  /** Drains, then lives through ticks, retries and reappearing messages until `at` (ms); throws RangeError when that is past. */
  advanceTo(at: number): Promise<void>;
  /** Advances until nothing is left that could happen; false when that is not reached within `horizonMs`. */
  settle(horizonMs: number): Promise<boolean>;
  noteWork(): void;
  ticks(): { readonly executed: number; readonly skipped: number };
  /** Asynchronous invocations given up after their retries. */
  failedAsync(): number;
}

/** The event loop of the local cloud: everything that happens, one at a time, on the virtual clock. */
export function createRunner(deps: RunnerDeps): Runner {
  const { clock, functions, sources, scheduler, cloudwatch } = deps;
  const queues = sources.map(({ queue }) => queueName(queue));
  const asyncInvocations = createAsyncInvocations((name, event) => {
    scheduler.noteWork();
    return deps.invoke(name, event);
  });
  const ticks = { executed: 0, skipped: 0 };
  let messageAt = Number.POSITIVE_INFINITY;
  let lastTickAt: number | undefined;
  /** Whether the alarms need the coming minute although no schedule does; undefined until somebody asks. */
  let held: boolean | undefined;
  let heldTicks = 0;

  const deliver = async (target: RuleTarget, event: BusEvent): Promise<void> => {
    scheduler.noteWork();
    if ("queue" in target) await deps.sendMessage(target.queue, JSON.stringify(event));
    else if (functions.has(target.function)) asyncInvocations.add(target.function, event, clock.now());
  };

  const drain = async (): Promise<void> => {
    for (;;) {
      if (await asyncInvocations.runNext(clock.now())) continue;
      const states = await deps.queueStates(queues);
      const source = sources[states.findIndex(({ visible }) => visible > 0)];
      if (source === undefined) {
        messageAt = Math.min(Number.POSITIVE_INFINITY, ...states.map(({ nextVisibleAt }) => nextVisibleAt));
        return;
      }
      await deps.poll(source);
    }
  };

  const minuteAfter = (now: number) => (Math.floor(now / MINUTE) + 1) * MINUTE;

  // Asked only when it matters: with work arriving every minute there is never anything to hold for.
  const isHeld = async (): Promise<boolean> => {
    if (lastTickAt === undefined || heldTicks >= MAX_HELD_TICKS) return false;
    held ??= !(await deps.alarmsAreStable("gauges", lastTickAt));
    return held;
  };

  /** When the next thing happens; a time after `limit` may come out too late. */
  const nextAt = async (limit: number): Promise<{ at: number; isMinute: boolean }> => {
    const minute = minuteAfter(clock.now());
    let tickAt = scheduler.nextTickAt(clock.now());
    if (tickAt > minute && minute <= limit && (await isHeld())) tickAt = minute;
    const at = Math.min(tickAt, messageAt, asyncInvocations.nextAt());
    return { at, isMinute: at === tickAt };
  };

  const tick = async (at: number): Promise<void> => {
    if (lastTickAt !== undefined && at - lastTickAt > MINUTE) {
      cloudwatch.skip(lastTickAt + MINUTE, at);
      ticks.skipped += (at - lastTickAt) / MINUTE - 1;
    }
    const due = new Set(scheduler.dueAt(at));
    for (const schedule of deps.schedules) if (due.has(schedule.name)) await runSchedule(schedule, at);
    // Before the first tick no gauge can exist; an alarm that rings for missing data would ring for the start of the run.
    if (lastTickAt !== undefined) await cloudwatch.evaluate(at);
    for (const event of deps.takeStateChanges()) await deps.raise(event);
    lastTickAt = at;
    heldTicks = held === true ? heldTicks + 1 : 0;
    held = undefined;
    ticks.executed += 1;
  };

  const runSchedule = async (schedule: RunnerDeps["schedules"][number], at: number): Promise<void> => {
    try {
      const answer = await deps.invoke(schedule.function, {
        time: `${new Date(at).toISOString().slice(0, 19)}Z`,
      });
      scheduler.finish(schedule.name, answer);
    } catch (error) {
      scheduler.finish(schedule.name, undefined);
      if (error instanceof RangeError) deps.onBadAnswer(schedule.function, error);
    }
  };

  const step = async ({ at, isMinute }: { at: number; isMinute: boolean }): Promise<void> => {
    clock.set(at);
    if (isMinute) await tick(at);
    await drain();
  };

  const advanceTo = async (at: number): Promise<void> => {
    if (at < clock.now()) {
      const [wanted, now] = [at, clock.now()].map((ms) => new Date(ms).toISOString());
      throw new RangeError(`${wanted} is before virtual now ${now}`);
    }
    await drain();
    for (let next = await nextAt(at); next.at <= at; next = await nextAt(at)) await step(next);
    clock.set(at);
  };

  const settle = async (horizonMs: number): Promise<boolean> => {
    const limit = clock.now() + horizonMs;
    await drain();
    for (let settlingTicks = 0; settlingTicks <= MAX_SETTLING_TICKS; ) {
      let next = await nextAt(limit);
      if (next.at === Number.POSITIVE_INFINITY) {
        if (lastTickAt === undefined || (await deps.alarmsAreStable("all", lastTickAt))) return true;
        next = { at: minuteAfter(clock.now()), isMinute: true };
        settlingTicks += 1;
      }
      if (next.at > limit) return false;
      await step(next);
    }
    return false;
  };

  return {
    deliver,
    drain,
    advanceTo,
    settle,
    noteWork: scheduler.noteWork,
    ticks: () => ({ ...ticks }),
    failedAsync: asyncInvocations.failed,
  };
}
