/** The value as a map of fields; empty where it is none. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Empty where it is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/**
 * The claims that a JSON Web Token makes, unverified: to find out who should verify it. Undefined where it is no such token. Cheap, as it is
 * what most wrong tokens are refused by.
 */
export function unverifiedClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 1 || second < first + 2 || second + 1 >= token.length || token.includes('.', second + 1)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(token.slice(first + 1, second), 'base64url').toString('utf8'));
    return recordOf(value);
  } catch {
    return undefined;
  }
}
