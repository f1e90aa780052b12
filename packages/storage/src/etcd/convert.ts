import type { IKeyValue, IResponseHeader, IEvent } from 'etcd3';
import type { KeyValue, StoreEvent } from '../store';

/** etcd counts in 64 bits and the library gives text; we count in numbers and refuse to count wrong. */
export function toRevision(text: string): number {
  const revision = Number(text);
  if (!Number.isSafeInteger(revision)) throw new RangeError(`etcd's revision ${text} is no safe integer`);
  return revision;
}

export function headerRevision(response: { readonly header: IResponseHeader }): number {
  return toRevision(response.header.revision);
}

export function toKeyValue(kv: IKeyValue): KeyValue {
  return {
    key: kv.key.toString(),
    value: kv.value,
    createRevision: toRevision(kv.create_revision),
    modRevision: toRevision(kv.mod_revision),
  };
}

export function toEvent(event: IEvent): StoreEvent {
  // Without a previous pair (it has been compacted) the field is null, whatever the library's type says.
  const previous: KeyValue | undefined = event.prev_kv ? toKeyValue(event.prev_kv) : undefined;
  const kv = toKeyValue(event.kv);
  if (isPut(event.type)) return { type: 'put', kv, previous };
  return {
    type: 'delete',
    kv: {
      key: kv.key,
      value: previous?.value ?? kv.value,
      createRevision: previous?.createRevision ?? kv.createRevision,
      modRevision: kv.modRevision,
    },
    previous,
  };
}

/** The wire's name of the enum value is in capitals, the library's type has it capitalized. */
function isPut(type: string): boolean {
  return type.toUpperCase() === 'PUT';
}
