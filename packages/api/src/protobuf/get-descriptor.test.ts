import type { FieldDescriptor, MessageDescriptor } from '@typekube/apimachinery';
import { listSchemaNames } from '../schemas/get-schema';
import { loadSchemaFile } from '../schemas/schema-file';
import { getDescriptor } from './get-descriptor';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** The descriptors that a field leads to. */
function messagesOf({ type }: FieldDescriptor): MessageDescriptor[] {
  if (type.is === 'message') return [type.message()];
  return type.is === 'special' && typeof type.codec === 'object' ? [type.codec.schema()] : [];
}

/** The levels of a message: itself, and its embedded structs. */
function levelsOf(message: MessageDescriptor): MessageDescriptor[] {
  const embedded = message.fields.filter(({ shape }) => shape === 'embedded');
  return [message, ...embedded.flatMap(messagesOf).flatMap(levelsOf)];
}

describe('getDescriptor', () => {
  const all = listSchemaNames()
    .map((name) => getDescriptor(name))
    .filter((descriptor) => descriptor !== undefined);

  it('knows every kind but those of discovery', () => {
    const without = Object.entries(loadSchemaFile())
      .filter(([name, entry]) => typeof entry !== 'string' && entry.kinds !== undefined && getDescriptor(name) === undefined)
      .map(([name]) => name);
    expect(without).toEqual([`${META}.APIResourceList`, `${META}.WatchEvent`]);
  });

  it('leads only to what it knows', () => {
    const found = all.flatMap((message) => levelsOf(message).flatMap(({ fields }) => fields.flatMap(messagesOf)));
    expect(found.length).toBeGreaterThan(1000);
    expect(found.every(({ fields }) => Array.isArray(fields))).toBe(true);
  });

  it('gives each number of a message once, in ascending order', () => {
    const disordered = all.flatMap(levelsOf).filter(({ fields }) =>
      fields.some(({ number }, i) => number <= (fields[i - 1]?.number ?? 0)),
    );
    expect(disordered).toEqual([]);
  });

  it('knows no custom resources and no tables', () => {
    expect(getDescriptor('com.example.stable.v1.CronTab')).toBeUndefined();
    expect(getDescriptor(`${META}.Table`)).toBeUndefined();
  });

  it('gives the same descriptor each time', () => {
    expect(getDescriptor('io.k8s.api.core.v1.Pod')).toBe(getDescriptor('io.k8s.api.core.v1.Pod'));
  });
});
