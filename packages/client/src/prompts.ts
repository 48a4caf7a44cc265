import { messageOf, type Report } from "./problems.ts";
import type { Route, Routes } from "./routes.ts";

/** What to send per arm, or per variant by name; a function may answer `undefined` for a variant this build does not know. */
export type Prompts<Input> =
  | { readonly stable: Input; readonly canary?: Input | undefined }
  | ((variant: string) => Input | undefined);

/** What is sent, and as which version. */
export interface Chosen<Input> {
  readonly route: Route;
  readonly input: Input;
}

/** The canary's prompt; without one the problem is counted and the answer is `undefined`. */
export function canaryPrompt<Input>(
  prompts: Prompts<Input>,
  route: Route,
  report: Report,
): Chosen<Input> | undefined {
  try {
    const input = typeof prompts === "function" ? prompts(route.variant) : prompts.canary;
    if (input !== undefined) return { route, input };
    report("no_canary_prompt", route.variant);
  } catch (error) {
    report("no_canary_prompt", `${route.variant}: ${messageOf(error)}`);
  }
  return undefined;
}

/**
 * The prompt of the version that serves, or stable's, named as such, when the canary has none. Throws what the app's
 * own function throws for stable, and TypeError when stable has no prompt: there is nothing to send.
 */
export function servedPrompt<Input>(prompts: Prompts<Input>, routes: Routes, report: Report): Chosen<Input> {
  if (routes.served.arm === "canary") {
    const canary = canaryPrompt(prompts, routes.served, report);
    if (canary !== undefined) return canary;
  }
  const input = typeof prompts === "function" ? prompts(routes.stable.variant) : prompts.stable;
  if (input === undefined) throw new TypeError(`no prompt for the stable version ${routes.stable.variant}`);
  return { route: routes.stable, input };
}
