import { readFileSync } from 'node:fs';
import type { UserInfo } from '../chain/request-context';
import { csvLines } from './csv-lines';

/** `--token-auth-file`: lines of `token,user,uid,"group1,group2"`, read once at start. Fails with the line that is wrong. */
export function tokenFile(path: string): (token: string) => UserInfo | undefined {
  const users = new Map<string, UserInfo>();
  for (const { fields, where } of csvLines(path, readFileSync(path, 'utf8'))) {
    const [token = '', name = '', uid = '', groups = ''] = fields;
    if (!token || !name) throw new Error(`${where}: a line needs at least a token, a user name and a uid`);
    users.set(token, { name, uid, groups: groups.split(',').filter(Boolean) });
  }
  return (token) => users.get(token);
}
