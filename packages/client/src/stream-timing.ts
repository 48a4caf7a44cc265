import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";

/** ms since the call began; `latencyMs` only when the stream was read to its end. */
export interface StreamTimes {
  readonly ttftMs?: number;
  readonly latencyMs?: number;
}

/** Hands on the events of `stream` unchanged and calls `done` once, when it ends, fails or is left. */
export async function* timeStream(
  stream: AsyncIterable<ConverseStreamOutput>,
  elapsed: () => number,
  done: (times: StreamTimes) => void,
): AsyncGenerator<ConverseStreamOutput, void, undefined> {
  let times: StreamTimes = {};
  try {
    for await (const event of stream) {
      if (times.ttftMs === undefined && event.contentBlockDelta !== undefined) times = { ttftMs: elapsed() };
      yield event;
    }
    times = { ...times, latencyMs: elapsed() };
  } finally {
    done(times);
  }
}
