import { canonicalJson } from "@bellwether/core/registry/content";
import type { Entry } from "@bellwether/core/registry/entry";
import { UsageError } from "../arguments.ts";
import type { Io } from "../output.ts";
import { contentOf, keptElsewhere } from "./content-of.ts";
import { answer, type Call, find, refuse } from "./registry.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** A prompt must not drive a terminal; in a pipe the diff is what `patch` needs, byte for byte. */
const forEyes = (text: string, { isTty }: Io): string =>
  isTty ? text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, "\ufffd") : text;

function colored(diff: string, { color }: Io): string {
  const paint = (line: string): string => {
    if (/^(?:---|\+\+\+) /.test(line)) return color.bold(line);
    if (line.startsWith("@@")) return color.cyan(line);
    if (line.startsWith("-")) return color.red(line);
    return line.startsWith("+") ? color.green(line) : line;
  };
  return diff.split("\n").map(paint).join("\n");
}

/** Differences of the definition besides the text, as lines that `patch` skips. */
function otherLines(a: Entry, b: Entry): string[] {
  const [left, right] = [a, b].map(({ parameters }) =>
    canonicalJson(parameters).replaceAll(/\s*\n\s*/g, " "),
  );
  return [
    ...(a.modelId === b.modelId ? [] : [`model: ${a.modelId ?? "any"} -> ${b.modelId ?? "any"}\n`]),
    ...(left === right ? [] : [`parameters: ${left} -> ${right}\n`]),
  ];
}

const half = ({ version, contentHash, modelId, parameters }: Entry) => ({
  version,
  contentHash,
  modelId,
  parameters,
});

/** `registry diff A B`: how the content of two versions differs; exit code 0 whether it does or not. */
export async function diff(call: Call): Promise<number> {
  const { app, rest, io } = call;
  const [from, to, ...more] = rest;
  if (from === undefined || to === undefined || more.length > 0)
    throw new UsageError("diff needs two versions: bellwether registry diff --app APP A B");
  const [a, b] = await Promise.all([find(call, from), find(call, to)]);
  if (a.kind === "missing") return refuse(a.reason, call);
  if (b.kind === "missing") return refuse(b.reason, call);
  if (a.family.kind !== b.family.kind)
    return refuse(`${from} is a ${a.family.kind}, ${to} is a ${b.family.kind}`, call);
  const { kind } = a.family;
  const [left, right] = await Promise.all([contentOf(a.family, a.entry), contentOf(b.family, b.entry)]);
  const same = a.entry.contentHash === b.entry.contentHash;
  if (!same && (left === null || right === null)) {
    return refuse(keptElsewhere(left === null ? a.entry : b.entry), call);
  }
  const text = same ? "" : unifiedDiff(left ?? "", right ?? "", [from, to]);
  const document = { app, kind, from: half(a.entry), to: half(b.entry), same, diff: text };
  const others = otherLines(a.entry, b.entry).join("");
  const nothing = same && others === "" ? `${from} and ${to} are the same\n` : "";
  return answer(document, () => nothing + forEyes(others, io) + colored(forEyes(text, io), io), call);
}
