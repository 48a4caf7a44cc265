import * as z from "zod";
import type { ContentBlock, ConverseRequest, JsonObject, Message } from "./converse.ts";
import { JUDGE_TOOL_NAME } from "./judge-schema.ts";

const MAX_DETAIL_CHARS = 500;

const json = z.json();
const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && json.safeParse(value).success;

const replySchema = z.object({
  output: z.object({
    message: z.object({
      content: z.array(
        z.object({
          text: z.string().optional(),
          toolUse: z
            .object({
              toolUseId: z.string().min(1),
              name: z.literal(JUDGE_TOOL_NAME),
              input: z.custom<JsonObject>(isObject),
            })
            .optional(),
        }),
      ),
    }),
  }),
});

/**
 * The same request with the judge's unusable reply and the reason appended, for one retry; a reply that Bedrock itself
 * would refuse to take back (other tool, input that is no object) is described but not repeated.
 */
export function buildRepairRequest(
  request: ConverseRequest,
  badResponse: unknown,
  detail: string,
): ConverseRequest {
  const complaint = `Your reply could not be used (${detail.slice(0, MAX_DETAIL_CHARS)}). Call ${JUDGE_TOOL_NAME} once, with every required field and only the allowed values.`;
  const reply = replyBlocks(badResponse);
  if (reply.length === 0) return { ...request, messages: withComplaint(request.messages, complaint) };
  const results = reply.flatMap((block): ContentBlock[] =>
    "toolUse" in block
      ? [
          {
            toolResult: {
              toolUseId: block.toolUse.toolUseId,
              content: [{ text: complaint }],
              status: "error",
            },
          },
        ]
      : [],
  );
  return {
    ...request,
    messages: [
      ...request.messages,
      { role: "assistant", content: reply },
      { role: "user", content: results.length > 0 ? results : [{ text: complaint }] },
    ],
  };
}

function replyBlocks(badResponse: unknown): ContentBlock[] {
  const parsed = replySchema.safeParse(badResponse);
  if (!parsed.success) return [];
  return parsed.data.output.message.content.flatMap((block): ContentBlock[] => {
    if (block.toolUse !== undefined) return [{ toolUse: block.toolUse }];
    return block.text !== undefined && block.text.trim() !== "" ? [{ text: block.text }] : [];
  });
}

// Roles must alternate, so without a reply to show the complaint joins the user's own message.
function withComplaint(messages: readonly Message[], complaint: string): Message[] {
  return messages.map((message, position) =>
    position === messages.length - 1
      ? { ...message, content: [...message.content, { text: complaint }] }
      : message,
  );
}
