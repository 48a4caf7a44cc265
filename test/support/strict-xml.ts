export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** XML 1.0 §2.2: characters that a document may have. */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const TOKEN = /<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/y;

/** The root of a document without comments, CDATA and doctype; throws where it is not well-formed. */
export function parseXml(xml: string): Element {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!xml.startsWith(declaration)) throw new Error("no declaration");
  if (!CHARACTERS.test(xml)) throw new Error("a character that XML has no place for");
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = [
    { name: "", attributes: {}, children: [], text: "" },
  ];
  TOKEN.lastIndex = declaration.length;
  while (TOKEN.lastIndex < xml.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(xml);
    const parent = open.at(-1);
    if (match === null || parent === undefined)
      throw new Error(`not XML at ${at}: ${xml.slice(at, at + 40)}`);
    const [, closed, opened, attributes = "", empty, text] = match;
    if (text !== undefined) parent.text += decode(text);
    else if (closed !== undefined) {
      if (closed !== parent.name) throw new Error(`</${closed}> closes <${parent.name}>`);
      open.pop();
    } else if (opened !== undefined) {
      const element = { name: opened, attributes: attributesOf(attributes), children: [], text: "" };
      parent.children.push(element);
      if (empty === "") open.push(element);
    }
  }
  const [top, unclosed] = open;
  const [root, another] = top?.children ?? [];
  if (unclosed !== undefined || root === undefined || another !== undefined)
    throw new Error("not one closed root");
  return root;
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(/ ([\w-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`${name} comes twice`);
    found[name] = decode(value);
  }
  return found;
}

const decode = (text: string): string =>
  text.replace(/&([^;\s]*);?/g, (entity, name: string) => {
    const character = entity.endsWith(";") ? ENTITIES[name] : undefined;
    if (character === undefined) throw new Error(`${entity} is no entity`);
    return character;
  });
