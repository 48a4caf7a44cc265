import type { Exchange } from "./exchange.ts";

/** What really happened with a request; no part of the product may see it. */
export interface Truth {
  readonly requestId: string;
  readonly variant: string;
  readonly at: number;
  /** Whether the answer's facts are all in `contexts` (a harmless remark aside); false without an answer. */
  readonly grounded: boolean;
  /** Whether the log (or an interaction event) has an answer text and its contexts. */
  readonly hasAnswer: boolean;
  readonly question: string;
  readonly contexts: string[];
  /** Empty without an answer. */
  readonly answer: string;
}

/** The truth about a call that brought no answer to hold against a context. */
export function noAnswer({ requestId, tags, at, question, contexts }: Exchange): Truth {
  const { variant } = tags;
  return {
    requestId,
    variant,
    at,
    grounded: false,
    hasAnswer: false,
    question,
    contexts: [...contexts],
    answer: "",
  };
}

/** The truth about a call that came back; body-less records and guardrail blocks have no answer. */
export function truthOf(call: Exchange, grounded: boolean): Truth {
  const none = noAnswer(call);
  return call.reply.kind === "text" && !call.bodiless
    ? { ...none, grounded, hasAnswer: true, answer: call.reply.text }
    : none;
}
