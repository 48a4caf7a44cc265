/** A text whose language cannot be told (ISO 639-2 `und`). */
const UNDETERMINED = "und";

/** Characters that are read. */
const READ = 300;

// A megabyte of n-grams: whoever asks for no language does not wait for them.
const detector = () => import("eld/extrasmall").then(({ eld }) => eld);
let loaded: ReturnType<typeof detector> | undefined;

/** ISO 639-1 code of a text's language, `und` when it is too short or mixed to tell. */
export async function languageOf(text: string): Promise<string> {
  loaded ??= detector();
  const found = (await loaded).detect(text.slice(0, READ));
  return found.isReliable() ? found.language : UNDETERMINED;
}
