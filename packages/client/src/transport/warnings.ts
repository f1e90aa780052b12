import { headerOf, type WireResponse } from './http-message';

/** Is called with the text of each `Warning` header that the server sent. */
export type WarningHandler = (text: string) => void;

/** `299 - "text"`; several stand in one header, separated by commas. */
const WARNING = /(\d{3}) (?:[^\s"]+) "((?:[^"\\]|\\.)*)"(?: "[^"]*")?/g;

/** The texts of the warnings of a response: only code 299 is the server's own. */
export function warningsOf(response: WireResponse): string[] {
  const header = response.headers['warning'];
  const text = typeof header === 'string' || header === undefined ? headerOf(response, 'warning') : header.join(', ');
  const found = [...(text ?? '').matchAll(WARNING)].filter(([, code]) => code === '299');
  return found.map(([, , quoted = '']) => quoted.replaceAll(/\\(.)/g, '$1'));
}

/** Passes each text on once, however often the server sends it. Remembers at most a thousand. */
export function onceEach(handler: WarningHandler): WarningHandler {
  const seen = new Set<string>();
  return (text) => {
    if (seen.has(text)) return;
    if (seen.size < 1000) seen.add(text);
    handler(text);
  };
}
