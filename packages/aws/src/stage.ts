import { type Config, parseConfig } from "@bellwether/core/config/config";
import { environment } from "./environment.ts";

/** The stage's configuration out of `BELLWETHER_CONFIG`; throws one line with path and reason. */
export const loadConfig = (): Config => parseConfig(JSON.parse(environment("BELLWETHER_CONFIG")));
