import { drawSchema } from "@bellwether/core/gate/outcome";
import { itemContent, type SuiteItem } from "@bellwether/core/gate/suite";
import { type Answer, type AnswerSource, type Asked, answerSchema } from "./answer-source.ts";
import type { GateJudge, Looked } from "./judge-draw.ts";
import { type Patience, withPatience } from "./patience.ts";
import { type WorkLog, workKey } from "./work-log.ts";

/** What a run has paid so far; prices that nobody knows are counted, not guessed. */
export interface Spent {
  answers: number;
  draws: number;
  reusedAnswers: number;
  reusedDraws: number;
  answersUsd: number;
  judgeUsd: number;
  unpriced: number;
}

/** Answers and looks of a run, each paid for once: what the log has, or another side asked for, is used again. */
export interface Work {
  readonly spent: Readonly<Spent>;
  answer(source: AnswerSource, item: SuiteItem): Promise<Asked>;
  /** `shared` when the same look was taken for another side in this run. */
  look(
    item: SuiteItem,
    answer: string,
    draw: number,
  ): Promise<{ readonly looked: Looked; readonly shared: boolean }>;
}

interface WorkDeps {
  readonly log: WorkLog;
  readonly judge: GateJudge;
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/** Starts the work of a run. */
export function startWork({ log, judge, patience, signal }: WorkDeps): Work {
  const spent: Spent = {
    answers: 0,
    draws: 0,
    reusedAnswers: 0,
    reusedDraws: 0,
    answersUsd: 0,
    judgeUsd: 0,
    unpriced: 0,
  };
  const looks = new Map<string, Promise<Looked>>();

  const takeLook = async (key: string, item: SuiteItem, answer: string, n: number): Promise<Looked> => {
    const kept = drawSchema.safeParse(log.get(key));
    if (kept.success) {
      spent.reusedDraws += 1;
      return { kind: "drawn", draw: kept.data, paid: true };
    }
    const looked = await withPatience<Looked>(() => judge.look(item, answer, n), patience, signal);
    if (looked.kind === "drawn") {
      spent.draws += 1;
      if (looked.draw.judgeUsd === null) spent.unpriced += 1;
      else spent.judgeUsd += looked.draw.judgeUsd;
      if (looked.paid) log.put({ key, kind: "draw", keep: "always", value: looked.draw });
    }
    return looked;
  };

  return {
    spent,
    async answer(source, item) {
      if (source.keep === "never") return source.ask(item, signal);
      const key = workKey({ answer: itemContent(item), id: item.id, by: source.identity });
      const kept = answerSchema.safeParse(log.get(key));
      if (kept.success) {
        spent.reusedAnswers += 1;
        return { kind: "answered", answer: kept.data };
      }
      const asked = await withPatience<Asked>(() => source.ask(item, signal), patience, signal);
      if (asked.kind === "answered") {
        spent.answers += 1;
        addUsd(spent, asked.answer);
        log.put({ key, kind: "answer", keep: source.keep, value: asked.answer });
      }
      return asked;
    },
    async look(item, answer, n) {
      const key = workKey({ look: itemContent(item), answer, by: judge.key, draw: n });
      const before = looks.get(key);
      const mine = before ?? takeLook(key, item, answer, n);
      looks.set(key, mine);
      return { looked: await mine, shared: before !== undefined };
    },
  };
}

function addUsd(spent: Spent, { costUsd }: Answer): void {
  if (costUsd === null) spent.unpriced += 1;
  else spent.answersUsd += costUsd;
}
