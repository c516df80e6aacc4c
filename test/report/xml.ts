// A reader of the XML that the JUnit format uses: elements, attributes and text. Throws where it is not well-formed.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const characters = /^(?:[\t\n\r\x20-\ud7ff\ue000-\ufffd]|[\ud800-\udbff][\udc00-\udfff])*$/;
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#10": "\n", "#9": "\t", "#13": "\r" };

export function readXml(xml: string): Element {
  if (!characters.test(xml)) throw new Error("a character that XML does not know");
  const declaration = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(xml);
  if (!declaration) throw new Error("no declaration");
  const top: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  const token = /<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/y;
  token.lastIndex = declaration[0].length;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (!match) throw new Error(`not well-formed: ${JSON.stringify(xml.slice(at, at + 80))}`);
    const [, closed, opened, attributes, empty, text] = match;
    const current = open.at(-1)!;
    if (closed !== undefined) {
      if (current.name !== closed || current === top) throw new Error(`</${closed}> closes nothing`);
      open.pop();
    } else if (opened !== undefined) {
      const element: Element = { name: opened, attributes: readAttributes(attributes ?? ""), children: [], text: "" };
      current.children.push(element);
      if (empty === "") open.push(element);
    } else current.text += decode(text!);
  }
  if (open.length !== 1 || top.children.length !== 1) throw new Error("not one closed root");
  return top.children[0]!;
}

function readAttributes(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/ ([\w-]+)="([^"]*)"/g)) {
    if (Object.hasOwn(result, name!)) throw new Error(`${name!} twice`);
    // A reader would make spaces of them.
    if (/[\t\n\r]/.test(value!)) throw new Error("white space that is not escaped");
    result[name!] = decode(value!);
  }
  return result;
}

function decode(text: string): string {
  if (text.includes("]]>")) throw new Error("]]> in text");
  return text.replace(/&([^;]*);?/g, (reference, name: string) => {
    if (!reference.endsWith(";") || entities[name] === undefined) throw new Error(`no entity ${reference}`);
    return entities[name];
  });
}
