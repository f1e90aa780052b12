/** Names of headers, in any case. */
export interface ProxyHeaders {
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeadersPrefix: readonly string[];
}

/** Whom a proxy names in headers. */
export interface ProxiedUser {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads whom a proxy names, from a request's headers as they were sent. Undefined where they name nobody. Only to be believed of a proxy whose certificate has been checked.
 */
export function proxiedUserReader(names: ProxyHeaders): (rawHeaders: readonly string[]) => ProxiedUser | undefined {
  const [username, uids, groups] = [lower(names.usernameHeaders), lower(names.uidHeaders), lower(names.groupHeaders)];
  const prefixes = lower(names.extraHeadersPrefix);
  return (rawHeaders) => {
    const sent = sentHeaders(rawHeaders);
    const first = (headers: readonly string[]): string => headers.flatMap((header) => sent.get(header) ?? []).find((value) => value !== '') ?? '';
    const name = first(username);
    if (!name) return undefined;
    const uid = first(uids);
    const extra = extraOf(sent, prefixes);
    return {
      name,
      ...(uid && { uid }),
      groups: groups.flatMap((header) => sent.get(header) ?? []),
      ...(Object.keys(extra).length && { extra }),
    };
  };
}

function lower(names: readonly string[]): string[] {
  return names.map((name) => name.toLowerCase());
}

/** One value each: node joins headers of one name with commas. */
function sentHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    all.set(name, [...(all.get(name) ?? []), textOf(rawHeaders[i + 1]!)]);
  }
  return all;
}

/** Values are sent as UTF-8; node takes each byte for a character. */
function textOf(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}

function extraOf(sent: ReadonlyMap<string, readonly string[]>, prefixes: readonly string[]): Record<string, readonly string[]> {
  const extra = new Map<string, readonly string[]>();
  for (const [name, values] of sent) {
    const prefix = prefixes.find((each) => name.startsWith(each));
    if (prefix === undefined) continue;
    const key = unescapeHeaderKey(name.slice(prefix.length));
    extra.set(key, [...(extra.get(key) ?? []), ...values]);
  }
  return Object.fromEntries(extra);
}

/** Keys of extra values are percent-escaped where they are no header names; what is no escape stands for itself. */
export function unescapeHeaderKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
