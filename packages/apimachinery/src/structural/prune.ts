import { isJsonObject } from '../json/own-property';
import { fieldSchema, itemSchema, type JsonSchema } from './json-schema';

/** Told where pruning stands and what it drops. */
export interface PruneReporter {
  enter(segment: string | number): void;
  leave(): void;
  reportUnknown(name: string): void;
  /** An object within the object that says itself what it is is about to be pruned: it may be changed before. */
  enterEmbedded?(object: Record<string, unknown>): void;
}

/** What every object has, with or without a schema. */
const OBJECT_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Drops, in place, every field of a custom object that its schema does not know (apiserver/schema/pruning). Returns whether any was dropped. */
export function pruneUnknownFields(object: unknown, schema: JsonSchema, reporter: PruneReporter): boolean {
  return prune(object, schema, true, reporter);
}

function prune(value: unknown, schema: JsonSchema | undefined, isResource: boolean, reporter: PruneReporter): boolean {
  if (Array.isArray(value)) return pruneElements(value, schema && itemSchema(schema), reporter);
  return isJsonObject(value) && pruneFields(value, schema, isResource, reporter);
}

function pruneWithin(value: unknown, schema: JsonSchema | undefined, reporter: PruneReporter): boolean {
  const isEmbedded = schema?.['x-kubernetes-embedded-resource'] === true;
  if (isEmbedded && isJsonObject(value)) reporter.enterEmbedded?.(value);
  return prune(value, schema, isEmbedded, reporter);
}

function pruneElements(elements: readonly unknown[], schema: JsonSchema | undefined, reporter: PruneReporter): boolean {
  let pruned = false;
  elements.forEach((element, i) => {
    reporter.enter(i);
    pruned = pruneWithin(element, schema, reporter) || pruned;
    reporter.leave();
  });
  return pruned;
}

function pruneFields(object: Record<string, unknown>, schema: JsonSchema | undefined, isResource: boolean, reporter: PruneReporter): boolean {
  const preserves = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  let pruned = false;
  for (const name of Object.keys(object)) {
    if (isResource && OBJECT_FIELDS.has(name)) continue;
    const field = schema && fieldSchema(schema, name);
    if (field || schema?.additionalProperties) {
      if (preserves && !field) continue;
      reporter.enter(name);
      pruned = pruneWithin(object[name], field, reporter) || pruned;
      reporter.leave();
    } else if (!preserves) {
      reporter.reportUnknown(name);
      delete object[name];
      pruned = true;
    }
  }
  return pruned;
}
