import { registryTable } from "@bellwether/aws/registry-table";
import type { Entry, Family } from "@bellwether/core/registry/entry";

/** The text of a version, `null` when it is kept elsewhere. */
export async function contentOf(family: Family, { content, contentHash }: Entry): Promise<string | null> {
  if (content.where === "uri") return null;
  const text = await registryTable.getContent(family, contentHash);
  if (text === undefined) throw new Error(`content ${contentHash} is missing from the registry`);
  return text;
}

/** Says where the text of a version is that the registry does not keep. */
export const keptElsewhere = ({ version, content }: Entry): string =>
  `the content of ${version} is kept ${content.where === "uri" ? `at ${content.uri}, not here` : "here"}`;
