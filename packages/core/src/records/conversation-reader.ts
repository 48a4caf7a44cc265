import { readAnswer } from "./answer.ts";
import { findContext, findQuestion } from "./context.ts";
import type { ContextOptions, Conversation, Turn } from "./conversation.ts";
import type { Body, Invocation } from "./invocation.ts";
import { hasCannedAnswer } from "./judgeable.ts";
import type { Message, Part } from "./prompt.ts";
import { readRequest } from "./request.ts";
import { readToolTrail } from "./tool-trail.ts";

/** Reads the texts of an invocation from its inline bodies (an offloaded or absent body has none): turns, question, answer, tool calls and retrieved context. A guardrail's message is no answer. Throws SyntaxError for an invalid `contextPattern`. */
export function readConversation(invocation: Invocation, options: ContextOptions): Conversation {
  const input = inlineJson(invocation.input);
  const prompt = readRequest(input);
  const answer = readAnswer(inlineJson(invocation.output));
  const answerText = hasCannedAnswer(invocation) ? undefined : answer.text;
  const system = prompt.system.map((part) => part.text).join("\n");
  const question = findQuestion(prompt, options);
  const { contexts, source, truncated } = findContext(prompt, options);
  const toolTrail = readToolTrail(input, answer.toolUses);
  return {
    turns: prompt.messages.flatMap(turnsOf),
    toolUses: answer.toolUses,
    contexts,
    contextTruncated: truncated,
    ...(system === "" ? {} : { system }),
    ...(question === undefined ? {} : { question }),
    ...(answerText === undefined ? {} : { answer: answerText }),
    ...(source === undefined ? {} : { contextSource: source }),
    ...(toolTrail === undefined ? {} : { toolTrail }),
  };
}

function inlineJson(body: Body): unknown {
  return body.kind === "inline" ? body.json : undefined;
}

/** One turn per run of the same kind: tool results are the tool's turn, everything else is its role's. */
function turnsOf({ role, parts }: Message): Turn[] {
  const turns: { role: Turn["role"]; text: string }[] = [];
  for (const part of parts) {
    const speaker = speakerOf(role, part);
    const last = turns.at(-1);
    if (last?.role === speaker) last.text += `\n${part.text}`;
    else turns.push({ role: speaker, text: part.text });
  }
  return turns;
}

function speakerOf(role: Message["role"], part: Part): Turn["role"] {
  return part.kind === "tool_result" ? "tool" : role;
}
