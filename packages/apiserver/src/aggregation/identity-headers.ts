import type { UserInfo } from '../chain/request-context';

/** Headers by which this server tells others who the client is; never those that a client has sent (transport.SetAuthProxyHeaders). */
const USER = 'x-remote-user';
const UID = 'x-remote-uid';
const GROUP = 'x-remote-group';
const EXTRA = 'x-remote-extra-';

/** Whether a header says who a client is: it counts only where this server has written it. */
export function isIdentityHeader(name: string): boolean {
  return name === USER || name === UID || name === GROUP || name.startsWith(EXTRA);
}

/** The headers that name a user, one for each value. */
export function identityHeaders({ name, uid, groups, extra = {} }: UserInfo): Record<string, readonly string[]> {
  return {
    [USER]: [headerValue(name)],
    ...(uid && { [UID]: [headerValue(uid)] }),
    ...(groups.length && { [GROUP]: groups.map(headerValue) }),
    ...Object.fromEntries(Object.entries(extra).map(([key, values]) => [EXTRA + escapeKey(key), values.map(headerValue)])),
  };
}

/** Values go as UTF-8, as Go sends them; node takes a character of a header for a byte. */
function headerValue(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What may not stand in a header's name is escaped, and `%`, so that the key can be had back. */
function escapeKey(key: string): string {
  const bytes = [...Buffer.from(key, 'utf8')];
  return bytes.map((byte) => (TOKEN.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');
}

const TOKEN = /^[!#$&'*+\-.^_`|~0-9A-Za-z]$/;
