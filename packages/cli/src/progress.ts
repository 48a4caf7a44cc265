import { SingleBar } from "cli-progress";
import type { Io } from "./output.ts";

export interface Progress {
  /** `done` in [0, 1]; `note` says where the run is, e.g. its virtual time. */
  update(done: number, note: string): void;
  stop(): void;
}

/** Lines between two of which at least this share of the work is done, when stderr is no terminal. */
const PLAIN_STEP = 0.1;

/** A bar on a terminal, a plain line every tenth otherwise; always on stderr. */
export function startProgress(name: string, io: Io): Progress {
  if (process.stderr.isTTY === true) {
    const bar = new SingleBar({
      stream: process.stderr,
      format: `${name} {bar} {percentage} % · {note}`,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      hideCursor: true,
      fps: 8,
      clearOnComplete: true,
    });
    bar.start(1_000, 0, { note: "starting" });
    return { update: (done, note) => bar.update(Math.round(done * 1_000), { note }), stop: () => bar.stop() };
  }
  let next = 0;
  return {
    update: (done, note) => {
      if (done < next) return;
      io.stderr.write(`${name} ${Math.round(done * 100)} % · ${note}\n`);
      while (next <= done) next += PLAIN_STEP;
    },
    stop: () => undefined,
  };
}
