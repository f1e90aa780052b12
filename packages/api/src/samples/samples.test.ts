import { fieldErrorMessage, type KubeObject } from '@typekube/apimachinery';
import * as groups from '../groups';
import type { ResourceDefinition, ServedVersion } from '../registry/resource-definition';
import { samples } from './samples';

const CONTEXT = { user: { name: 'sampler', groups: [] }, now: new Date('2026-01-02T03:04:05Z') };

const definitions: readonly ResourceDefinition[] = Object.values(groups).find((value) => Array.isArray(value)) ?? [];

const cases = definitions
  .filter(({ verbs }) => verbs.includes('create'))
  .flatMap((definition) =>
    definition.versions.map((version) => {
      const apiVersion = definition.group ? `${definition.group}/${version.version}` : version.version;
      return [`${apiVersion}/${definition.kind}`, definition, version] as const;
    }),
  );

/** What creating the object in the default namespace would find wrong with it. */
function problems(object: KubeObject, { strategy, scope, storagePrefix }: ResourceDefinition, version: ServedVersion): string[] {
  if (scope === 'Namespaced') object.metadata.namespace ??= 'default';
  if (storagePrefix !== undefined) object.metadata.uid = '00000000-0000-0000-0000-000000000001';
  version.setDefaults?.(object);
  const stored = version.conversion?.toStorage(object) ?? object;
  strategy.prepareForCreate?.(stored, CONTEXT);
  const { name } = stored.metadata;
  const nameProblems = name === undefined ? [] : (strategy.validateName?.(name, false) ?? []);
  return [...nameProblems, ...(strategy.validate?.(stored, CONTEXT) ?? []).map(fieldErrorMessage)];
}

describe('samples', () => {
  it('has definitions to go by', () => {
    expect(cases.length).toBeGreaterThan(80);
  });

  it.each(cases)('%s is valid', (key, definition, version) => {
    const object = samples[key];
    expect(object).toBeDefined();
    if (object) expect(problems(structuredClone(object), definition, version)).toEqual([]);
  });

  it('has none of kinds that are not', () => {
    const known = new Set<string>(cases.map(([key]) => key));
    expect(Object.keys(samples).filter((key) => !known.has(key))).toEqual([]);
  });
});
