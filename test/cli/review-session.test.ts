import { PassThrough } from "node:stream";
import { keyboardOf } from "@bellwether/cli/review/keyboard";
import { type Keyboard, reviewSession } from "@bellwether/cli/review/session";
import type { OpenTask } from "@bellwether/core/review/assign";
import type { Label } from "@bellwether/core/review/label";
import { describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";

const task = (requestId: string): OpenTask => ({
  need: "first",
  task: {
    requestId,
    app: "bot",
    variant: null,
    promptVersion: null,
    at: 0,
    reasons: ["sample"],
    rho: 0.1,
    order: 0,
    second: false,
    sourceKey: "a.gz",
    sourceLine: 1,
    interactionKey: null,
  },
});

/** Types keys, and lines where a line is asked for. */
function typing(...typed: readonly string[]): Keyboard {
  const left = [...typed];
  return { key: async () => left.shift() ?? "", line: async () => left.shift() ?? "" };
}

async function session(keyboard: Keyboard, ...ids: readonly string[]) {
  const kept: Label[] = [];
  const io = recordingIo();
  const end = await reviewSession(
    ids.map(task),
    {
      reviewer: "ann",
      metric: "quality",
      now: () => 1_000,
      texts: async ({ requestId }) =>
        requestId === "lost"
          ? { ok: false, reason: "source_missing" }
          : {
              ok: true,
              conversation: {
                turns: [],
                question: `why ${requestId}?`,
                answer: "because\u001b[2J",
                toolUses: [],
                contexts: ["one passage"],
                contextTruncated: false,
              },
            },
      keep: async (_, label) => void kept.push(label),
    },
    keyboard,
    io,
  );
  return { end, kept, shown: io.written.stdout };
}

describe("a review session", () => {
  it("keeps a verdict per key, with comment and right answer", async () => {
    const { end, kept } = await session(typing("5", "c", "too long", "r", "no", "2", "s"), "a", "b", "c");
    const by = { reviewer: "ann", metric: "quality", at: 1_000 };
    expect(kept).toEqual([
      { requestId: "a", label: 1, ...by },
      { requestId: "b", label: 0.25, comment: "too long", correction: "no", ...by },
      { requestId: "c", label: null, ...by },
    ]);
    expect(end).toEqual({ labelled: 2, skipped: 1, left: 0 });
  });

  it("takes no other key for a verdict, and keeps what was done when it is left", async () => {
    const { end, kept } = await session(typing("0", "6", "x", "\n", "3", "q"), "a", "b", "c");
    expect(kept.map(({ requestId, label }) => [requestId, label])).toEqual([["a", 0.5]]);
    expect(end).toEqual({ labelled: 1, skipped: 0, left: 2 });
  });

  it("ends with the input", async () => {
    expect((await session(typing(), "a")).end).toEqual({ labelled: 0, skipped: 0, left: 1 });
  });

  it("shows question, passages and answer, and lets no text drive the terminal", async () => {
    const { shown } = await session(typing("q"), "a");
    expect(shown).toContain("why a?");
    expect(shown).toContain("one passage");
    expect(shown).toContain("because");
    expect(shown).not.toContain("\u001b");
    expect(shown).not.toMatch(/score|judge/i);
  });

  it("says when the text is gone", async () => {
    expect((await session(typing("q"), "lost")).shown).toContain("cannot be shown: source_missing");
  });
});

describe("a keyboard", () => {
  it("gives key by key what comes in one piece, lines up to Enter, and nothing at the end", async () => {
    const prompts = recordingIo();
    const pipe = new PassThrough();
    const keyboard = keyboardOf(pipe, prompts.stderr);
    pipe.write("5ctoo long\n2");
    expect([await keyboard.key(), await keyboard.key()]).toEqual(["5", "c"]);
    expect(await keyboard.line("comment: ")).toBe("too long");
    expect(prompts.written.stderr).toBe("comment: ");
    expect(await keyboard.key()).toBe("2");
    const waiting = keyboard.key();
    pipe.end();
    expect(await waiting).toBe("");
    expect(await keyboard.line("")).toBe("");
    keyboard.close();
  });
});
