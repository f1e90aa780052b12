import { type FieldManager, isSameManager, joinFields } from '@typekube/apimachinery';

/** How many managers an object has at most of those that update it. Appliers are not counted. */
const MAX_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

/** Joins the oldest updaters, version by version, until there are not too many. (managedfields' capManagers) */
export function capManagers(managers: readonly FieldManager[]): readonly FieldManager[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update');
  let surplus = updaters.length - MAX_UPDATERS;
  if (surplus <= 0) return managers;
  let capped: readonly FieldManager[] = managers;
  const firstOf = new Map<string, FieldManager>();
  for (const updater of updaters.sort(byAge)) {
    if (surplus <= 0) break;
    const first = firstOf.get(updater.apiVersion);
    if (!first) {
      firstOf.set(updater.apiVersion, updater);
      continue;
    }
    capped = joinInto(capped, first, updater);
    surplus -= 1;
  }
  return capped;
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

/** The first of a version gives its fields to the one bucket there is for it, with the second. */
function joinInto(managers: readonly FieldManager[], first: FieldManager, { fields, time, ...updater }: FieldManager): FieldManager[] {
  const { apiVersion } = updater;
  const name = { manager: ANCIENT, operation: 'Update', apiVersion, subresource: '' } as const;
  const bucket = managers.find((manager) => isSameManager(manager, name)) ?? first;
  const joined: FieldManager = { ...name, time, fields: joinFields(bucket.fields, fields) };
  return [...managers.filter((manager) => manager !== bucket && !isSameManager(manager, updater)), joined];
}
