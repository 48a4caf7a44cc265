import type { Config } from "@bellwether/core/config/config";
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
  | { readonly ok: true; readonly conversation: Conversation }
  | { readonly ok: false; readonly reason: string };

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

/** Rebuilds the texts of a request from its log line, its offloaded bodies and its interaction event. */
export async function readText(
  request: Pick<KnownRequest, "requestId" | "interactionKey">,
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
  if (request.interactionKey === undefined) return { ok: true, conversation };
  const document = await deps.readDocument(request.interactionKey);
  if (document === undefined) return { ok: true, conversation };
  return { ok: true, conversation: withInteraction(conversation, JSON.parse(document) as Interaction) };
}
