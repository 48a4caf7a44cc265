import { deterministicId } from "../endpoints/endpoint.ts";
import { judgeRecord } from "../traffic/judge-record.ts";

/** The judge's own calls as Bedrock logs them: into the same bucket that Bellwether reads. */
export interface JudgeLog {
  /** Notes a call that was answered at `at`, ms. */
  note(
    call: { readonly modelId: string; readonly body: unknown; readonly response: unknown },
    at: number,
  ): void;
  /** Lines of the calls since the last look. */
  take(): string[];
}

const usageOf = (response: unknown): { inputTokens: number; outputTokens: number } => {
  const { usage } = response as { usage?: { inputTokens?: number; outputTokens?: number } };
  return { inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0 };
};

/** An empty log of calls made under the role `roleArn`. */
export function createJudgeLog(roleArn: string): JudgeLog {
  let lines: string[] = [];
  let calls = 0;
  return {
    note({ modelId, body, response }, at) {
      calls += 1;
      const requestId = deterministicId("judge-call", calls);
      // The log has whole seconds.
      const second = Math.floor(at / 1_000) * 1_000;
      lines.push(
        judgeRecord({ requestId, at: second, modelId, ...usageOf(response), roleArn, body, response }),
      );
    },
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}
