import { readFileSync } from 'node:fs';
import type { UserInfo } from '../chain/request-context';
import type { Authenticator } from './authenticator';
import { bearerToken } from './bearer-token';

/** `--token-auth-file`: lines of `token,user,uid,"group1,group2"`, read once at start. Fails with the line that is wrong. */
export function tokenFile(path: string): Authenticator {
  const users = new Map<string, UserInfo>();
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.forEach((line, index) => {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return;
    const [token = '', name = '', uid = '', groups = ''] = splitCsv(text);
    if (!token || !name) throw new Error(`${path}:${index + 1}: a line needs at least a token, a user name and a uid`);
    users.set(token, { name, uid, groups: groups.split(',').filter(Boolean) });
  });
  return {
    authenticate(request) {
      const token = bearerToken(request);
      return token === undefined ? undefined : users.get(token);
    },
    authenticateToken: (token) => users.get(token),
  };
}

function splitCsv(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain]) => (quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"')));
}
