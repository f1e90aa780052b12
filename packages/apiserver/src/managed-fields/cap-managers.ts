import { type FieldManager, unionAll } from '@typekube/apimachinery';

/** How many managers an object has at most of those that update it. Appliers are not counted. */
const MAX_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

/** Joins the oldest updaters, version by version, until there are not too many. (managedfields' capManagers) */
export function capManagers(managers: readonly FieldManager[]): readonly FieldManager[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update');
  let surplus = updaters.length - MAX_UPDATERS;
  if (surplus <= 0) return managers;
  // The first of a version waits for a second, unless something is joined already.
  const joinedBy = new Map<string, FieldManager[]>(updaters.filter(isJoined).map((joined) => [joined.apiVersion, [joined]]));
  for (const updater of updaters.sort(byAge)) {
    if (surplus <= 0) break;
    if (isJoined(updater)) continue;
    const others = joinedBy.get(updater.apiVersion);
    if (!others) {
      joinedBy.set(updater.apiVersion, [updater]);
      continue;
    }
    others.push(updater);
    surplus -= 1;
  }
  const gone = new Set([...joinedBy.values()].flat());
  return [...managers.filter((manager) => !gone.has(manager)), ...[...joinedBy.values()].map(join)];
}

function isJoined({ manager, subresource }: FieldManager): boolean {
  return manager === ANCIENT && subresource === '';
}

/** They have the time of the last one. One alone stays who it is. */
function join(managers: readonly FieldManager[]): FieldManager {
  const { apiVersion, time } = managers[managers.length - 1]!;
  const fields = unionAll(managers.map((manager) => manager.fields)) ?? {};
  return managers.length === 1 ? managers[0]! : { manager: ANCIENT, operation: 'Update', apiVersion, subresource: '', time, fields };
}

function byAge(a: FieldManager, b: FieldManager): number {
  const [older, newer] = [secondsOf(a), secondsOf(b)];
  return older !== newer ? older - newer : identifier(a) < identifier(b) ? -1 : 1;
}

function secondsOf({ time }: FieldManager): number {
  return time === undefined ? 0 : Date.parse(time);
}

function identifier({ manager, operation, apiVersion, subresource }: FieldManager): string {
  return JSON.stringify({ manager, operation, apiVersion, ...(subresource && { subresource }) });
}
