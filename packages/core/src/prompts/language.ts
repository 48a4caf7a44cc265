import { eld } from "eld/extrasmall";

/** A text whose language cannot be told (ISO 639-2 `und`). */
const UNDETERMINED = "und";

/** Characters that are read. */
const READ = 300;

/** ISO 639-1 code of a text's language, `und` when it is too short or mixed to tell. */
export function languageOf(text: string): string {
  const found = eld.detect(text.slice(0, READ));
  return found.isReliable() ? found.language : UNDETERMINED;
}
