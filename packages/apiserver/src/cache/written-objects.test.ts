import type { KubeObject } from '@typekube/apimachinery';
import { rememberWritten, takeWritten } from './written-objects';

const object: KubeObject = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } };

describe('written objects', () => {
  it('are found once, by key and value', () => {
    rememberWritten('/a', Buffer.from('{"a":1}'), object);
    expect(takeWritten('/b', Buffer.from('{"a":1}'))).toBeUndefined();
    expect(takeWritten('/a', Buffer.from('{"a":2}'))).toBeUndefined();
    expect(takeWritten('/a', Buffer.from('{"a":1}'))).toBe(object);
    expect(takeWritten('/a', Buffer.from('{"a":1}'))).toBeUndefined();
  });

  it('are forgotten, the oldest first, where the write never came', () => {
    for (let i = 0; i < 300; i += 1) rememberWritten(`/${i}`, Buffer.from('{}'), object);
    expect(takeWritten('/0', Buffer.from('{}'))).toBeUndefined();
    expect(takeWritten('/299', Buffer.from('{}'))).toBe(object);
  });
});
