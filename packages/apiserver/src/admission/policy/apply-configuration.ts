import { atomicFields, FieldsError, fieldTypeOfSchema, isJsonObject, mergeObjects, newServiceUnavailable, validateObject } from '@typekube/apimachinery';
import type { Value } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { ObjectView } from '../webhooks/object-view';
import { PolicyFailure } from './policy-failure';

/**
 * The object with a configuration put over it that an expression gave. Unlike with server-side apply, nobody comes to manage what it sets: that is the writer's,
 * and without the policy it would go with the writer's next apply.
 */
export function applyConfiguration(value: Value, object: object, { kind, schema }: Pick<ObjectView, 'kind' | 'schema'>): object {
  if (!schema) {
    const name = `${kind.group}/${kind.version}, Kind=${kind.kind}`;
    throw newServiceUnavailable(`Resource kind ${name} not found. There can be a delay between when CustomResourceDefinitions are created and when they are available.`);
  }
  const type = fieldTypeOfSchema(schema);
  const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version;
  const config = { ...configurationOf(value), apiVersion, kind: kind.kind };
  understood('failed to convert patch object to typed object', () => validateObject(type, config, { allowsDuplicates: false }));
  const atomics = atomicFields(type, config);
  if (atomics.length) throw failure(`invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`);
  understood('failed to convert original object to typed object', () => validateObject(type, object, { allowsDuplicates: true }));
  return understood('failed to merge patch', () => mergeObjects(type, object, config));
}

function configurationOf(value: Value): object {
  const { misnamedTypes, toJson } = cel();
  const problems = misnamedTypes(value);
  if (problems.length) throw new PolicyFailure(`type mismatch: ${problems.join('\n')}`);
  const json = toJson(value);
  if (!isJsonObject(json)) throw new PolicyFailure('unsupported return type from ApplyConfiguration expression');
  return json;
}

function understood<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof FieldsError) throw failure(`${what}: ${error.message}`, error);
    throw error;
  }
}

function failure(what: string, cause?: FieldsError): PolicyFailure {
  return new PolicyFailure(`error applying patch: ${what}`, { cause });
}
