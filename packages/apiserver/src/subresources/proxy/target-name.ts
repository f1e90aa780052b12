/** What a name in a proxy's path says: `NAME`, `NAME:PORT`, `SCHEME:NAME:PORT`; a part may be empty (utilnet.SplitSchemeNamePort). */
export interface TargetName {
  readonly scheme: 'http' | 'https' | '';
  readonly name: string;
  readonly port: string;
}

/** Undefined for what cannot be read. */
export function parseTargetName(text: string): TargetName | undefined {
  const parts = text.split(':');
  if (parts.length > 3) return undefined;
  const [scheme, name, port] = parts.length === 3 ? parts : ['', ...parts];
  if (!name || (scheme !== '' && scheme !== 'http' && scheme !== 'https')) return undefined;
  return { scheme, name, port: port ?? '' };
}
