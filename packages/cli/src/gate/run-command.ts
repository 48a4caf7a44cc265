import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";

/** How a command ended. */
export type Ended =
  | { readonly kind: "done"; readonly stdout: string; readonly ms: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "stopped" };

const MAX_OUTPUT_BYTES = 1_048_576;
const SHOWN_CHARS = 200;

/** `node` in a command is the Node that runs this process: it reads TypeScript, an older one on the PATH may not. */
const environmentOf = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
});

/** Runs a shell command with `input` on its stdin; the whole process group is killed at the timeout or when stopped. */
export function runCommand(
  command: string,
  input: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Ended> {
  if (signal.aborted) return Promise.resolve({ kind: "stopped" });
  const started = performance.now();
  // A group of its own, so that what the shell started dies with it, and Ctrl-C reaches it through us alone.
  const child = spawn(command, { shell: true, detached: true, env: environmentOf(), stdio: "pipe" });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = "";
    let cause: Ended | undefined;
    const kill = (why: Ended): void => {
      cause ??= why;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        child.kill("SIGKILL"); // the group is gone already, or there are none on this platform
      }
    };
    const onStop = (): void => kill({ kind: "stopped" });
    signal.addEventListener("abort", onStop, { once: true });
    const timer = setTimeout(
      () => kill({ kind: "failed", reason: `no answer within ${timeoutMs / 1_000} s` }),
      timeoutMs,
    );
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_OUTPUT_BYTES) kill({ kind: "failed", reason: "wrote more than 1 MiB" });
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString("utf8")).slice(-2_000);
    });
    // A command need not read its input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const settle = (ended: Ended): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onStop);
      resolve(ended);
    };
    child.on("error", (error) => settle({ kind: "failed", reason: error.message }));
    child.on("close", (code, killedBy) => {
      if (cause !== undefined) return settle(cause);
      if (code === 0) {
        const stdout = Buffer.concat(chunks).toString("utf8");
        return settle({ kind: "done", stdout, ms: performance.now() - started });
      }
      const said = stderr.trim().split("\n").at(-1)?.slice(0, SHOWN_CHARS);
      settle({ kind: "failed", reason: `exit ${code ?? killedBy}${said ? `: ${said}` : ""}` });
    });
  });
}
