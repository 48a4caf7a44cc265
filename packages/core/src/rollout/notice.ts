import * as z from "zod";

/** What rollback tells people, as it travels over the `events` topic. */
export const noticeSchema = z.object({
  type: z.enum(["rollback", "shared_breach", "recovered", "not_recovered", "recovery_unknown"]),
  app: z.string(),
  at: z.number(),
  /** The same notice has the same key however often it is sent. */
  dedupeKey: z.string(),
  severity: z.enum(["critical", "high", "info"]),
  title: z.string(),
  lines: z.array(z.string()),
});

export type Notice = z.infer<typeof noticeSchema>;

/** Subject and body of the page. */
export function renderPage(notice: Notice): { readonly subject: string; readonly body: string } {
  const subject = `[${notice.severity}] ${notice.title}`;
  return {
    subject,
    body: [notice.title, `at ${new Date(notice.at).toISOString()}`, "", ...notice.lines].join("\n"),
  };
}
