import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const START_MS = 30_000;
const STOP_MS = 5_000;

export interface Server {
  /** `http://127.0.0.1:PORT` of every service. */
  readonly url: string;
  /** Ends the server and every function process it started; may be called twice. */
  stop(): Promise<void>;
  /** The same at once, for a process that is about to end. */
  kill(): void;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}

/** Starts MiniStack on a free port of 127.0.0.1 with its output in `logFile`; rejects when it is not ready in time. */
export async function startServer(python: string, logFile: string): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const temporary = mkdtempSync(join(tmpdir(), "bellwether-ministack-"));
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  const child = spawn(python, ["-m", "ministack"], {
    cwd: temporary,
    // A group of its own: the functions are its children and end with it.
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      // Functions run on the `node` that it finds: the one that runs this.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: temporary,
      TMPDIR: temporary,
      S3_DATA_DIR: join(temporary, "s3"),
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: "local",
      // Every call is signed and every role may do what its policy says.
      AUTH: "true",
      // It would look for containers of its own there.
      DOCKER_HOST: "unix:///nonexistent",
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
    },
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const kill = () => {
    signalGroup(child, "SIGKILL");
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  };
  const stop = async () => {
    signalGroup(child, "SIGTERM");
    await Promise.race([ended, wait(STOP_MS, undefined, { ref: false })]);
    kill();
  };
  try {
    await ready(url, child);
  } catch (error) {
    kill();
    throw error;
  }
  return { url, stop, kill };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // nobody left to signal
  }
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  child.once("exit", (code) => {
    failure ??= new Error(`MiniStack ended with ${code} before it was ready`);
  });
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (failure !== undefined) throw failure;
    const up = await fetch(`${url}/_ministack/ready`).then(
      ({ ok }) => ok,
      () => false,
    ); // it does not listen yet
    if (up) return;
    await wait(50);
  }
  throw new Error(`MiniStack was not ready within ${START_MS / 1_000} s`);
}
