/** The length of a text as upstream counts it: in bytes of UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The text without white space around it, `''` where there is none. */
export function trimmed(text: string | undefined): string {
  return text?.trim() ?? '';
}

/** Whether a text has line breaks, in the sense of CEL's grammar. */
export function hasLineBreaks(text: string): boolean {
  return /[\n\r]/.test(text);
}
