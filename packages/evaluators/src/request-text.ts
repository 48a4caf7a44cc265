import type { Config } from "@bellwether/core/config/config";
import { type Correction, correctionKey } from "@bellwether/core/feedback/correction";
import type { Interaction } from "@bellwether/core/feedback/event";
import type { OffloadedBody } from "@bellwether/core/ingest/log-line";
import type { Conversation } from "@bellwether/core/records/conversation";
import { readConversation } from "@bellwether/core/records/conversation-reader";
import { decodeLine } from "@bellwether/core/records/decode";
import type { Body, Invocation } from "@bellwether/core/records/invocation";
import { parseRecord } from "@bellwether/core/records/parse";
import type { KnownRequest } from "@bellwether/core/requests/request-item";

export interface TextDeps {
  readonly readOffloadedBody: (bucket: string, key: string) => Promise<OffloadedBody>;
  /** Text of a document in the lake bucket, undefined when there is none. */
  readonly readDocument: (key: string) => Promise<string | undefined>;
}

export type RequestText =
  | {
      readonly ok: true;
      readonly conversation: Conversation;
      /** A user's correction, where the configuration trusts them. */
      readonly reference?: string;
    }
  | { readonly ok: false; readonly reason: string };

/** Any negative vote may carry a correction; only the newest are looked up. */
const MAX_CORRECTIONS_READ = 3;

const unreadable = (reason: string): RequestText => ({ ok: false, reason });

/** The record with this id on its line; a line may hold several. */
function findRecord(line: string, requestId: string): Invocation | undefined {
  const decoded = decodeLine(line);
  if (!decoded.ok) return undefined;
  for (const json of decoded.value) {
    const parsed = parseRecord(json);
    if (parsed.ok && parsed.value.requestId === requestId) return parsed.value;
  }
  return undefined;
}

async function inline(body: Body, deps: TextDeps): Promise<{ body: Body; problem?: string }> {
  if (body.kind !== "offloaded") return { body };
  const read = await deps.readOffloadedBody(body.bucket, body.key);
  return read.ok
    ? { body: { kind: "inline", json: read.json } }
    : { body: { kind: "absent" }, problem: `body_${read.reason}` };
}

function withInteraction(conversation: Conversation, interaction: Interaction): Conversation {
  const { contexts, question, answer } = interaction;
  return {
    ...conversation,
    ...(contexts.length > 0
      ? { contexts, contextSource: "interaction" as const, contextTruncated: false }
      : {}),
    ...(question === undefined ? {} : { question }),
    ...(answer === undefined ? {} : { answer }),
  };
}

/** A request as far as its texts need it. */
type Labelled = Pick<KnownRequest, "requestId" | "interactionKey"> & Partial<Pick<KnownRequest, "votes">>;

/** Rebuilds the texts of a request from its log line, its offloaded bodies and its interaction event. */
export async function readText(
  request: Labelled,
  line: string | undefined,
  config: Config,
  deps: TextDeps,
): Promise<RequestText> {
  if (line === undefined) return unreadable("source_missing");
  const invocation = findRecord(line, request.requestId);
  if (invocation === undefined) return unreadable("source_missing");
  const input = await inline(invocation.input, deps);
  const output = await inline(invocation.output, deps);
  if (output.problem !== undefined) return unreadable(output.problem);
  const conversation = readConversation(
    { ...invocation, input: input.body, output: output.body },
    config.context,
  );
  const [document, reference] = await Promise.all([
    request.interactionKey === undefined ? undefined : deps.readDocument(request.interactionKey),
    config.judge.correctionsAsReference ? readCorrection(request, deps) : undefined,
  ]);
  return {
    ok: true,
    conversation:
      document === undefined
        ? conversation
        : withInteraction(conversation, JSON.parse(document) as Interaction),
    ...(reference === undefined ? {} : { reference }),
  };
}

/** The newest correction among the users' last votes; a vote that was taken back takes its correction along. */
async function readCorrection(request: Labelled, deps: TextDeps): Promise<string | undefined> {
  const negative = (request.votes ?? []).filter((vote) => vote.negative).toSorted((a, b) => b.at - a.at);
  for (const { feedbackId } of negative.slice(0, MAX_CORRECTIONS_READ)) {
    const document = await deps.readDocument(correctionKey(feedbackId));
    const read = document === undefined ? undefined : (JSON.parse(document) as Correction);
    if (read?.requestId === request.requestId) return read.value;
  }
  return undefined;
}
