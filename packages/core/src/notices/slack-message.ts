import { clip } from "./clip.ts";
import { strength, worstAnswers } from "./evidence-lines.ts";
import { nextSteps } from "./next-steps.ts";
import type { Notice, NoticeEvidence } from "./notice.ts";

interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
}
interface Mrkdwn {
  readonly type: "mrkdwn";
  readonly text: string;
}
type Block =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly text: Mrkdwn }
  | { readonly type: "section"; readonly fields: readonly Mrkdwn[] }
  | { readonly type: "context"; readonly elements: readonly Mrkdwn[] };

/** Body of a POST to an incoming webhook; `text` is what a notification shows. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Characters that Slack takes (Block Kit reference: header, section text, section field) and fields per section. */
const HEADER = 150;
const TEXT = 3_000;
const FIELD = 2_000;
const FIELDS = 10;

/** Without it a name such as `<!channel>` would call everybody. */
const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const mrkdwn = (text: string, max: number): Mrkdwn => ({ type: "mrkdwn", text: clip(text, max) });
const section = (lines: readonly string[]): Block[] => {
  const text = lines.join("\n").trim();
  return text === "" ? [] : [{ type: "section", text: mrkdwn(text, TEXT) }];
};
const titled = (title: string, lines: readonly string[]): Block[] =>
  lines.length === 0 ? [] : section([`*${title}*`, ...lines]);

const numbers = ({ rows, stable, canary }: NoticeEvidence): Block => ({
  type: "section",
  fields: rows
    .slice(0, FIELDS)
    .map((row) =>
      mrkdwn(
        escapeText(`*${row.name}*\ncanary ${canary}: ${row.canary}\nstable ${stable}: ${row.stable}`),
        FIELD,
      ),
    ),
});

/** A notice as Block Kit blocks: the numbers of both arms, the evidence, the worst answers and where to look next. */
export function slackMessage(notice: Notice): SlackMessage {
  const { title, lines, evidence, app, generation, severity, at } = notice;
  const subject = generation === null ? app : `${app} generation ${generation}`;
  const about = `${severity} · ${subject} · ${new Date(at).toISOString()}`;
  const next = titled(
    "Next",
    nextSteps(notice).map((command) => `\`${escapeText(command)}\``),
  );
  return {
    text: mrkdwn(escapeText(`[${severity}] ${title}`), TEXT).text,
    blocks: [
      { type: "header", text: { type: "plain_text", text: clip(title, HEADER) } },
      ...section(lines.map(escapeText)),
      ...(evidence === null
        ? []
        : [
            numbers(evidence),
            ...titled("Evidence", [escapeText(strength(evidence))]),
            ...titled("Worst answers of the canary", worstAnswers(evidence).map(escapeText)),
          ]),
      ...next,
      { type: "context", elements: [mrkdwn(escapeText(about), FIELD)] },
    ],
  };
}
