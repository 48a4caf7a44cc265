import type { Io } from "@bellwether/cli/output";
import pc from "picocolors";

export interface RecordingIo extends Io {
  readonly written: { stdout: string; stderr: string };
}

/** Streams that keep what a command wrote, without colours and off a terminal. */
export function recordingIo(): RecordingIo {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  return {
    written,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    isTty: false,
    color: pc.createColors(false),
  };
}
