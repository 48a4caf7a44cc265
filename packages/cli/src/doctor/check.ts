import { type Answer, whyNot } from "./answer.ts";

/** What the doctor found about one thing. */
export interface Check {
  readonly name: string;
  /** `unknown`: it could not be looked at, which is neither well nor ill. */
  readonly status: "ok" | "problem" | "unknown";
  readonly detail: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const ok = (name: string, detail: string): Check => ({ name, status: "ok", detail });
export const problem = (name: string, detail: string, todo: string): Check => ({
  name,
  status: "problem",
  detail,
  todo,
});
export const unknown = (name: string, detail: string, todo?: string): Check => ({
  name,
  status: "unknown",
  detail,
  ...(todo === undefined ? {} : { todo }),
});

/** The check of an answer, or that there was none. */
export const checkOf = <T>(name: string, answer: Answer<T>, judge: (value: T) => Check): Check =>
  answer.kind === "known" ? judge(answer.value) : unknown(name, whyNot(answer));
