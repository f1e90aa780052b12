import type { KubeObject } from '@typekube/apimachinery';
import { deriveStatusStrategy } from './status-strategy';

interface Thing extends KubeObject {
  spec?: { size: number };
  status?: { size: number };
}

const context = { user: { name: 'u', groups: [] }, now: new Date(0) };
const old = (): Thing => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'a', labels: { a: '1' } },
  spec: { size: 1 },
  status: { size: 0 },
});
const updated = (): Thing => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'a', labels: { a: '2' }, finalizers: ['x/y'] },
  spec: { size: 2 },
  status: { size: 2 },
});

describe('deriveStatusStrategy', () => {
  it.each([
    ['writable', { a: '2' }, ['x/y']],
    ['labels-kept', { a: '1' }, ['x/y']],
    ['kept', { a: '1' }, undefined],
  ] as const)('keeps the spec, and metadata as %s says', (metadata, labels, finalizers) => {
    const object = updated();
    deriveStatusStrategy<Thing>({}, { metadata }).prepareForUpdate?.(object, old(), context);
    expect(object.spec).toEqual({ size: 1 });
    expect(object.status).toEqual({ size: 2 });
    expect(object.metadata.labels).toEqual(labels);
    expect(object.metadata.finalizers).toEqual(finalizers);
  });

  it('takes away a spec that the old object lacks', () => {
    const object = updated();
    const without = old();
    delete without.spec;
    deriveStatusStrategy<Thing>({}).prepareForUpdate?.(object, without, context);
    expect('spec' in object).toBe(false);
  });

  it('runs the rules of the kind, not those of the main strategy', () => {
    const strategy = deriveStatusStrategy<Thing>(
      {
        validateUpdate: () => {
          throw new Error('not for status');
        },
        allowUnconditionalUpdate: false,
        allowCreateOnUpdate: true,
      },
      { validateUpdate: () => [{ type: 'FieldValueInvalid', field: 'status', detail: 'x' }] },
    );
    expect(strategy.validateUpdate?.(updated(), old(), context)).toHaveLength(1);
    expect(strategy.allowUnconditionalUpdate).toBe(false);
    expect(strategy.allowCreateOnUpdate).toBe(false);
  });
});
