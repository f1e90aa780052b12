import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { UserInfo } from '../chain/request-context';
import { AuthenticationError, type Authenticator } from './authenticator';
import { csvLines } from './csv-lines';

interface Login {
  readonly password: Buffer;
  readonly user: UserInfo;
}

/** `--basic-auth-file`: lines of `password,user,uid,"group1,group2"`, read once at start. Passwords are kept as digests only. */
export function basicAuth(path: string): Authenticator {
  const logins = new Map<string, Login>();
  for (const { fields, where } of csvLines(path, readFileSync(path, 'utf8'))) {
    const [password = '', name = '', uid = '', groups = ''] = fields;
    if (!password || !name || fields.length < 3) throw new Error(`${where}: a line needs at least a password, a user name and a uid`);
    logins.set(name, { password: digest(password), user: { name, uid, groups: groups.split(',').filter(Boolean) } });
  }
  return {
    authenticate({ headers: { authorization } }) {
      const [, encoded] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? '') ?? [];
      if (encoded === undefined) return undefined;
      const text = Buffer.from(encoded, 'base64').toString('utf8');
      const colon = text.indexOf(':');
      const login = colon < 0 ? undefined : logins.get(text.slice(0, colon));
      const isRight = timingSafeEqual(login?.password ?? NO_PASSWORD, digest(text.slice(colon + 1)));
      if (!login || !isRight) throw new AuthenticationError('invalid username/password combination');
      return login.user;
    },
  };
}

const NO_PASSWORD = Buffer.alloc(32);

function digest(password: string): Buffer {
  return createHash('sha256').update(password).digest();
}
