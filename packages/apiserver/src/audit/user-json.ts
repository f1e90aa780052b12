import type { UserInfo } from '../chain/request-context';

/** Authenticators hand out the same user again and again. */
const texts = new WeakMap<UserInfo, string>();

/** A user as events show it. */
export function userJson(user: UserInfo): string {
  let json = texts.get(user);
  if (!json) {
    const { name, uid, groups, extra } = user;
    json = JSON.stringify({ username: name, uid: uid || undefined, groups: groups.length ? groups : undefined, extra });
    texts.set(user, json);
  }
  return json;
}
