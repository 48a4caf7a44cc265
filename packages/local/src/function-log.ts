import type { OutputStream } from "./capture-output.ts";

export interface LogEntry {
  /** Virtual time, ms. */
  readonly at: number;
  readonly function: string;
  readonly level: "ERROR" | "WARN" | "INFO";
  readonly line: string;
}

export interface FunctionLog {
  add(entry: LogEntry): void;
  /** The newest lines and every warning and error kept, oldest first. */
  entries(): readonly LogEntry[];
}

/** Lines kept whatever their level. */
const RECENT = 300;
/** Warnings and errors kept; a run that has more has told its story. */
const GRAVE = 5_000;

/** A bounded log: the last few hundred lines and all warnings and errors. */
export function createFunctionLog(onLog: (entry: LogEntry) => void): FunctionLog {
  const recent: { entry: LogEntry; order: number }[] = [];
  const grave: { entry: LogEntry; order: number }[] = [];
  let order = 0;
  return {
    add: (entry) => {
      order += 1;
      const kept = entry.level === "INFO" ? recent : grave;
      kept.push({ entry, order });
      if (kept.length > (kept === recent ? RECENT : GRAVE)) kept.shift();
      onLog(entry);
    },
    entries: () => [...recent, ...grave].sort((a, b) => a.order - b.order).map(({ entry }) => entry),
  };
}

/** Level of one line: the `level` of a structured line, else ERROR for stderr and INFO for stdout. */
export function levelOf(stream: OutputStream, line: string): LogEntry["level"] {
  const level = /"level"\s*:\s*"([A-Za-z]+)"/.exec(line)?.[1]?.toUpperCase();
  if (level === "ERROR" || level === "CRITICAL" || level === "FATAL") return "ERROR";
  if (level === "WARN" || level === "WARNING") return "WARN";
  if (level !== undefined) return "INFO";
  return stream === "stderr" ? "ERROR" : "INFO";
}
