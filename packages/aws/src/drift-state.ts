import type { DriftState } from "@bellwether/core/drift/state";
import { getSequenced, saveSequenced } from "./sequenced-state.ts";

/** What a detector family remembers about an app; undefined before its first look. */
export const getDriftState = (family: string, app: string): Promise<DriftState | undefined> =>
  getSequenced(family, app);

/** Stores a state while the stored `seq` is one less; false when somebody else was faster. */
export const saveDriftState = (family: string, app: string, state: DriftState): Promise<boolean> =>
  saveSequenced(family, app, state);
