/** Runs `run` every `ms` until the returned function is called. */
export type Every = (run: () => void, ms: number) => () => void;

/** The time of the machine; `monotonic` counts ms from anywhere and never runs backwards. */
export interface Clock {
  readonly wall: () => number;
  readonly monotonic: () => number;
}

export const machineClock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };

/** Interval that does not keep the process alive. */
export const everyUnref: Every = (run, ms) => {
  const timer = setInterval(run, ms);
  timer.unref();
  return () => clearInterval(timer);
};

/** Settles as `work` does, but rejects after `ms`, when it also aborts the signal that `work` got. */
export async function withDeadline<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = new Error(`no answer within ${ms} ms`);
      controller.abort(reason);
      reject(reason);
    }, ms);
    timer.unref();
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
