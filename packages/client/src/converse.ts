import {
  type BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  type ConverseCommandOutput,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import type { Interaction } from "./feedback.ts";
import type { Report } from "./problems.ts";
import { type Chosen, canaryPrompt, type Prompts, servedPrompt } from "./prompts.ts";
import type { Route, Routes } from "./routes.ts";
import type { Shadows } from "./shadows.ts";
import { timeStream } from "./stream-timing.ts";
import type { Tags } from "./tags.ts";
import type { Unit } from "./unit.ts";

/** One call of the app, in every version of it. */
export interface Call<Input> {
  readonly prompts: Prompts<Input>;
  /** Passages the answer must be faithful to; Bellwether cannot judge faithfulness without them. */
  readonly contexts?: readonly string[] | undefined;
  readonly tags?: Pick<Tags, "env" | "tenant" | "feature" | "traceId"> | undefined;
  /** Stable serves; the canary is tried beside it and its answer thrown away. */
  readonly shadow?: boolean | undefined;
  /** Ends the call that serves; a shadow runs on. */
  readonly abortSignal?: AbortSignal | undefined;
}

export interface Answer {
  readonly response: ConverseCommandOutput;
  readonly route: Route;
  /** Bedrock's id of the call, for `feedback`; absent when Bedrock named none. */
  readonly requestId: string | undefined;
  readonly latencyMs: number;
}

export interface StreamedAnswer {
  /** Bedrock's events, unchanged. What was measured is put on the bus when it ends. */
  readonly stream: AsyncIterable<ConverseStreamOutput>;
  readonly route: Route;
  readonly requestId: string | undefined;
}

export interface ConverseDeps {
  readonly bedrock: () => Pick<BedrockRuntimeClient, "send">;
  readonly routes: (unit: Unit) => Routes;
  readonly metadata: (tags: Tags, others?: Readonly<Record<string, string>>) => Record<string, string>;
  readonly interaction: (interaction: Interaction) => unknown;
  /** Whether a call without contexts is reported too, for its times alone. */
  readonly measurements: boolean;
  readonly shadows: Shadows;
  readonly monotonic: () => number;
  readonly report: Report;
}

type Times = Pick<Interaction, "latencyMs" | "ttftMs">;

/** Converse and ConverseStream of Bedrock Runtime: routed, tagged, measured; they reject as the SDK does and for no other reason. */
export function createConverse(deps: ConverseDeps) {
  const { bedrock, routes, metadata, interaction, measurements, shadows, monotonic, report } = deps;

  const stopwatch = () => {
    const startedAt = monotonic();
    return () => Math.max(0, Math.round(monotonic() - startedAt));
  };

  /** Sends one version of a call; `who` is absent for a shadow, which is no user's and no session's. */
  const send = async <Input extends { requestMetadata?: Record<string, string> | undefined }, Output>(
    { route: { variant, promptVersion }, input }: Chosen<Input>,
    call: Call<Input>,
    who: Unit | undefined,
    request: (input: Input) => Promise<Output & { $metadata: { requestId?: string | undefined } }>,
  ) => {
    const { user, session, ...others } = input.requestMetadata ?? {};
    const person = { user: who && (who.user || user), session: who && (who.session || session) };
    const tags = metadata({ ...call.tags, ...person, variant, promptVersion }, others);
    const note = (requestId: string, times: Times) =>
      interaction({ requestId, contexts: call.contexts ?? [], tags, ...times });
    try {
      const response = await request({ ...input, requestMetadata: tags });
      const { requestId } = response.$metadata;
      const done = (times: Times) => {
        if (!measurements && !call.contexts?.length) return;
        if (requestId === undefined) report("no_request_id", variant);
        else note(requestId, times);
      };
      return { response, requestId, done };
    } catch (error) {
      // Bedrock may log a failure without its tags: only this event says whose failure it was.
      const requestId = (error as { $metadata?: { requestId?: string } } | null)?.$metadata?.requestId;
      if (requestId !== undefined) note(requestId, {});
      throw error;
    }
  };

  const converseOnce = async (
    chosen: Chosen<ConverseCommandInput>,
    call: Call<ConverseCommandInput>,
    who: Unit | undefined,
    abortSignal?: AbortSignal,
  ): Promise<Answer> => {
    const elapsed = stopwatch();
    const { response, requestId, done } = await send(chosen, call, who, (input) =>
      bedrock().send(new ConverseCommand(input), abortSignal === undefined ? {} : { abortSignal }),
    );
    const latencyMs = elapsed();
    done({ latencyMs });
    return { response, route: chosen.route, requestId, latencyMs };
  };

  const streamOnce = async (
    chosen: Chosen<ConverseStreamCommandInput>,
    call: Call<ConverseStreamCommandInput>,
    who: Unit | undefined,
    abortSignal?: AbortSignal,
  ): Promise<StreamedAnswer> => {
    const elapsed = stopwatch();
    const { response, requestId, done } = await send(chosen, call, who, (input) =>
      bedrock().send(new ConverseStreamCommand(input), abortSignal === undefined ? {} : { abortSignal }),
    );
    const stream = timeStream(response.stream ?? noEvents(), elapsed, done);
    return { stream, route: chosen.route, requestId };
  };

  /** Serves `unit`, and starts its shadow only once the served call is on its way. */
  const serve = <Input, Result>(
    call: Call<Input>,
    unit: Unit,
    once: (
      chosen: Chosen<Input>,
      call: Call<Input>,
      who: Unit | undefined,
      abortSignal?: AbortSignal,
    ) => Promise<Result>,
    exhaust: (result: Result) => Promise<void>,
  ): Promise<Result> => {
    const all = routes(unit);
    const chosen = servedPrompt(call.prompts, call.shadow ? { ...all, served: all.stable } : all, report);
    const serving = once(chosen, call, unit, call.abortSignal);
    const shadow = call.shadow && all.shadow ? canaryPrompt(call.prompts, all.shadow, report) : undefined;
    if (shadow !== undefined) shadows.start(async () => exhaust(await once(shadow, call, undefined)));
    return serving;
  };

  return {
    converse: async (call: Call<ConverseCommandInput>, unit: Unit): Promise<Answer> =>
      serve(call, unit, converseOnce, async () => {}),
    converseStream: async (call: Call<ConverseStreamCommandInput>, unit: Unit): Promise<StreamedAnswer> =>
      serve(call, unit, streamOnce, async ({ stream }) => {
        for await (const _ of stream);
      }),
  };
}

async function* noEvents(): AsyncGenerator<ConverseStreamOutput, void, undefined> {}
