/** Explains that a text is too long, counted as upstream's older rules say it. */
export function maxLengthMessage(length: number): string {
  return `must be no more than ${length} characters`;
}

/** Explains that a text is too long, as the label rules say it. */
export function maxBytesMessage(length: number): string {
  return `must be no more than ${length} bytes`;
}

/** Explains that a text has not the form that `pattern` asks for, with examples of good ones. (validation.RegexError) */
export function regexMessage(message: string, pattern: string, ...examples: string[]): string {
  if (!examples.length) return `${message} (regex used for validation is '${pattern}')`;
  const quoted = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${quoted}regex used for validation is '${pattern}')`;
}

export const EMPTY_MESSAGE = 'must be non-empty';

export function rangeMessage(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

/** The length that limits count: UTF-8 bytes, as Go's `len`. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
