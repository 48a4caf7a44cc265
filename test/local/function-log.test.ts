import { createFunctionLog, levelOf } from "@bellwether/local/function-log";
import { describe, expect, it } from "vitest";

describe("createFunctionLog", () => {
  it("keeps the newest lines and every warning and error, in order, and passes all on", () => {
    const passed: string[] = [];
    const log = createFunctionLog(({ line }) => passed.push(line));
    for (let i = 0; i < 1_000; i += 1) {
      log.add({ at: i, function: "ingest", level: i % 100 === 0 ? "WARN" : "INFO", line: String(i) });
    }
    const kept = log.entries().map(({ line }) => Number(line));
    expect(passed).toHaveLength(1_000);
    expect(kept.filter((line) => line % 100 === 0)).toHaveLength(10);
    expect(kept.filter((line) => line % 100 !== 0)).toHaveLength(300);
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
  });
});

describe("levelOf", () => {
  it.each([
    ["stdout", '{"level":"WARN","message":"x"}', "WARN"],
    ["stderr", '{"level":"ERROR","message":"x"}', "ERROR"],
    ["stdout", '{"level": "CRITICAL"}', "ERROR"],
    ["stderr", '{"level":"INFO"}', "INFO"],
    ["stdout", "hello", "INFO"],
    ["stderr", "Error: x", "ERROR"],
  ] as const)("%s %s is %s", (stream, line, level) => {
    expect(levelOf(stream, line)).toBe(level);
  });
});
