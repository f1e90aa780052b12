import { jsonEqual, type KubeObject, type ManagedFieldsEntry } from '@typekube/apimachinery';

/**
 * Whether the only difference is when its managers are said to have written. Such an object is no other: the times of `old` are put into it.
 * (fieldmanager's IgnoreManagedFieldsTimestampsTransformer)
 */
export function isSameButTimes(object: KubeObject, old: KubeObject): boolean {
  const [entries, oldEntries] = [object.metadata.managedFields, old.metadata.managedFields];
  if (!entries || !oldEntries || !areSameButTimes(entries, oldEntries)) return false;
  const restored = { ...object, metadata: { ...object.metadata, managedFields: oldEntries } };
  if (!jsonEqual(restored, old)) return false;
  object.metadata.managedFields = oldEntries;
  return true;
}

function areSameButTimes(entries: readonly ManagedFieldsEntry[], old: readonly ManagedFieldsEntry[]): boolean {
  return entries.length === old.length && entries.every((entry, i) => jsonEqual(withoutTime(entry), withoutTime(old[i]!)));
}

function withoutTime({ time: _time, ...entry }: ManagedFieldsEntry): ManagedFieldsEntry {
  return entry;
}
