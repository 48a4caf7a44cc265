import { type Exchange, LOOKUP_TOOL, type Round } from "./exchange.ts";
import { EMBEDDING_FEATURE, TOOL_FEATURE } from "./features.ts";
import { reactTo, type TrafficEvent } from "./feedback.ts";
import type { Random } from "./random.ts";
import { embeddingLine, exchangeLine, failureLine } from "./record.ts";
import { noAnswer, type Truth, truthOf } from "./truth.ts";
import type { Turn } from "./turn.ts";

/** A line of the invocation log and its event time. */
export interface TrafficRecord {
  readonly at: number;
  readonly line: string;
}

/** Something that the world sees of a turn, and when. */
export type Output =
  | { readonly kind: "record"; readonly at: number; readonly record: TrafficRecord; readonly truth?: Truth }
  | { readonly kind: "event"; readonly at: number; readonly event: TrafficEvent };

/** What a turn leaves behind, and the round of talk that later turns carry (none without an answer). */
interface TurnOutputs {
  readonly outputs: readonly Output[];
  readonly round?: Round;
}

const THROTTLED_RATE = 0.008;
const RETRIED_SHARE = 0.7;
const DUPLICATE_RATE = 0.0006;
const GARBAGE_RATE = 0.0002;
const EMBEDDING_DIMENSIONS = 256;

/** Writes the log lines and events of one turn: throttled attempts, tool calls, the answer, and the reactions to it. */
export function outputsOfTurn(random: Random, { exchange, grounded }: Turn): TurnOutputs {
  if (!random.chance(THROTTLED_RATE)) return outputsOfCall(random, exchange, grounded);
  const attempt: Exchange = { ...exchange, requestId: random.uuid() };
  const throttled = recordOf(attempt.at, failureLine(attempt, "ThrottlingException"), noAnswer(attempt));
  if (!random.chance(RETRIED_SHARE)) return { outputs: [throttled] };
  const retry: Exchange = { ...exchange, at: exchange.at + random.integer(1, 4) * 1_000 };
  const { outputs, ...rest } = outputsOfCall(random, retry, grounded);
  return { outputs: [throttled, ...outputs], ...rest };
}

function outputsOfCall(random: Random, exchange: Exchange, grounded: boolean): TurnOutputs {
  if (exchange.tags.feature === EMBEDDING_FEATURE) return { outputs: [embed(random, exchange)] };
  const { text } = exchange.reply.kind === "text" ? exchange.reply : {};
  if (text === undefined) return { outputs: logged(random, exchange, grounded) };
  const searched = exchange.tags.feature === TOOL_FEATURE ? search(random, exchange) : undefined;
  const call = searched?.answer ?? exchange;
  const outputs = [
    ...(searched === undefined ? [] : [searched.output]),
    ...logged(random, call, grounded),
    ...eventsOf(random, call, grounded).map((event): Output => ({ kind: "event", at: event.at, event })),
  ];
  return { outputs, round: { question: call.question, answer: text } };
}

/** The line of a call, at times delivered twice, at times with a torn copy beside it. */
function logged(random: Random, call: Exchange, grounded: boolean): Output[] {
  const line = exchangeLine(call);
  const outputs = [recordOf(call.at, line, truthOf(call, grounded))];
  if (random.chance(DUPLICATE_RATE)) outputs.push(recordOf(call.at + random.integer(1, 600) * 1_000, line));
  if (random.chance(GARBAGE_RATE)) {
    outputs.push(recordOf(call.at, line.slice(0, Math.floor(line.length * random.between(0.2, 0.9)))));
  }
  return outputs;
}

function embed(random: Random, exchange: Exchange): Output {
  const tokens = { ...exchange.tokens, input: Math.ceil(exchange.question.length / 4), output: 0 };
  const embedding = Array.from(
    { length: EMBEDDING_DIMENSIONS },
    () => Math.round(random.between(-1, 1) * 1e4) / 1e5,
  );
  const call: Exchange = { ...exchange, tokens };
  return recordOf(call.at, embeddingLine(call, embedding), noAnswer(call));
}

/** The agent first asks for the search tool; its answer is a second call that carries the tool's result. */
function search(random: Random, exchange: Exchange): { readonly output: Output; readonly answer: Exchange } {
  const toolUseId = `tooluse_${random.uuid().replaceAll("-", "").slice(0, 22)}`;
  const call: Exchange = {
    ...exchange,
    requestId: random.uuid(),
    placement: "out_of_band",
    contexts: [],
    toolUseId,
    reply: { kind: "tool_use" },
    tokens: { ...exchange.tokens, output: 38 + LOOKUP_TOOL.length },
  };
  return {
    output: recordOf(call.at, exchangeLine(call), noAnswer(call)),
    answer: { ...exchange, toolUseId, at: exchange.at + random.integer(1, 3) * 1_000 },
  };
}

function eventsOf(random: Random, call: Exchange, grounded: boolean): TrafficEvent[] {
  const { requestId, tags, at, latencyMs, placement } = call;
  const answered = { requestId, sessionId: tags.session, user: tags.user, at: at + latencyMs, grounded };
  const reactions = reactTo(random, answered);
  return placement === "out_of_band" ? [interactionOf(random, call), ...reactions] : reactions;
}

/** The contexts that the app kept out of the prompt, mostly seconds after the call. */
function interactionOf(random: Random, call: Exchange): TrafficEvent {
  const { requestId, contexts, question } = call;
  const retrievalMs = random.integer(20, 180);
  const latencyMs = call.latencyMs + retrievalMs;
  const ttftMs = call.firstByteMs + retrievalMs;
  const later = random.chance(0.15) ? random.integer(60, 1_800) : random.integer(1, 20);
  return {
    detailType: "interaction",
    detail: { requestId, contexts, question, latencyMs, ttftMs, retrievalMs },
    at: call.at + call.latencyMs + later * 1_000,
  };
}

function recordOf(at: number, line: string, truth?: Truth): Output {
  return { kind: "record", at, record: { at, line }, ...(truth && { truth }) };
}
