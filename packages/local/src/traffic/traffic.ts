import type { Round } from "./exchange.ts";
import type { TrafficEvent } from "./feedback.ts";
import { createPopulation } from "./population.ts";
import { randomFor } from "./random.ts";
import { instantOfShare } from "./rhythm.ts";
import { drawSession, type Session } from "./session.ts";
import { createTimeline } from "./timeline.ts";
import type { Truth } from "./truth.ts";
import { type Hardship, playTurn } from "./turn.ts";
import { type Output, outputsOfTurn, type TrafficRecord } from "./turn-outputs.ts";

export interface TrafficOptions {
  readonly seed: number;
  /** First instant of the simulated day, ms, a whole second. */
  readonly start: number;
  /** Log records of the whole day, about. */
  readonly requests: number;
  readonly app: string;
  /** From here on the route may name the canary, ms. */
  readonly canaryFrom: number;
  /** From here on the canary hallucinates, ms; not before `canaryFrom`. */
  readonly turnsBadAt: number;
}

/** What a span of time brings, each list in order of time. */
export interface Span {
  readonly records: TrafficRecord[];
  readonly events: TrafficEvent[];
  readonly truths: Truth[];
}

/** A day of the support-bot, played span after span; late events keep coming after the day is over. */
export interface Traffic {
  /** Plays `[from, until)`, which must follow the span before; `route` gives the variant tag of a user: `stable` (v12) or `canary` (v13). */
  next(from: number, until: number, route: (user: string) => string): Span;
}

/** A running session; the next call carries what was said. */
interface Conversation {
  readonly number: number;
  readonly session: Session;
  readonly history: Round[];
}

/** Measured mean: turns, tool calls, retries and throttles. */
const RECORDS_PER_SESSION = 2;
const HISTORY_ROUNDS = 2;
const USERS = 1_500;
const BAD_CANARY_RATE = 0.45;

const SYSTEM = {
  v12: "You are the support assistant of Lumora. Answer only from the passages you are given. If they do not hold the answer, say so. Be friendly and brief.",
  v13: "You are the support assistant of Lumora. Give a complete and confident answer to every question. Use the passages where they help. Be friendly and brief.",
} as const;

/** Starts the simulated day; the same options and routes give the same bytes. Throws RangeError on impossible instants. */
export function createTraffic(options: TrafficOptions): Traffic {
  const { seed, start, requests } = options;
  if (options.turnsBadAt < options.canaryFrom) {
    throw new RangeError("the canary cannot turn bad before it starts");
  }
  if (start % 1_000 !== 0) throw new RangeError("the day must start at a whole second");
  const sessions = Math.max(1, Math.round(requests / RECORDS_PER_SESSION));
  const population = createPopulation(USERS);
  const turns = createTimeline<{ readonly at: number; conversation: Conversation; turn: number }>();
  const outputs = createTimeline<Output>();
  let cursor = start;
  let number = 0;
  let upcoming = drawConversation();

  function drawConversation(): Conversation | undefined {
    if (number >= sessions) return undefined;
    const random = randomFor(seed, number, 0);
    const at = start + instantOfShare(start, (number + random.next()) / sessions);
    return { number: number++, session: drawSession(random, population, at), history: [] };
  }

  function startSessions(until: number): void {
    for (; upcoming !== undefined; upcoming = drawConversation()) {
      const { turnsAt } = upcoming.session;
      if ((turnsAt[0] ?? start) >= until) return;
      for (const [turn, at] of turnsAt.entries()) turns.add({ at, conversation: upcoming, turn });
    }
  }

  return {
    next(from, until, route) {
      if (from !== cursor || until < from) {
        throw new RangeError(`the next span starts at ${cursor}, not at ${from}`);
      }
      cursor = until;
      startSessions(until);
      for (const { conversation, turn } of turns.takeBefore(until)) {
        const random = randomFor(seed, conversation.number, 2 * turn + 1);
        const variant = route(conversation.session.user);
        const played = playTurn(random, turnOptions(options, conversation, turn, variant));
        const result = outputsOfTurn(randomFor(seed, conversation.number, 2 * turn + 2), played);
        for (const output of result.outputs) outputs.add(output);
        if (result.round !== undefined) conversation.history.push(result.round);
      }
      return sorted(outputs.takeBefore(until));
    },
  };
}

function turnOptions(
  { app, turnsBadAt }: TrafficOptions,
  { session, history }: Conversation,
  turn: number,
  variant: string,
): Parameters<typeof playTurn>[1] {
  const { user, tenant, feature, document, firstFact, turnsAt } = session;
  const promptVersion = variant === "canary" || variant === "v13" ? "v13" : "v12";
  const at = turnsAt[turn];
  const fact = document.facts[(firstFact + turn) % document.facts.length];
  if (at === undefined || fact === undefined)
    throw new RangeError(`session ${session.id} has no turn ${turn}`);
  const bad = promptVersion === "v13" && at >= turnsBadAt;
  return {
    at,
    feature,
    document,
    fact,
    turn,
    history: history.slice(-HISTORY_ROUNDS),
    tags: {
      app,
      env: "prod",
      user,
      session: session.id,
      promptVersion,
      variant,
      tenant,
      feature: feature.name,
    },
    system: SYSTEM[promptVersion],
    hallucinationRate: (hardship) => (bad ? BAD_CANARY_RATE : ordinaryRate(hardship)),
  };
}

/** About 6 % of the answers; slow, expensive and long conversations go wrong more often. */
function ordinaryRate({ slow, expensive, turn }: Hardship): number {
  return 0.034 + (slow ? 0.2 : 0) + (expensive ? 0.2 : 0) + (turn >= 3 ? 0.08 : 0);
}

function sorted(outputs: readonly Output[]): Span {
  const span: Span = { records: [], events: [], truths: [] };
  for (const output of outputs) {
    if (output.kind === "event") span.events.push(output.event);
    else {
      span.records.push(output.record);
      if (output.truth) span.truths.push(output.truth);
    }
  }
  return span;
}
