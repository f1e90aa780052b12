import type { flowcontrolv1 } from '@typekube/api';
import { MANDATORY_SCHEMAS } from '../bootstrap/flow-schemas';
import { MANDATORY_LEVELS } from '../bootstrap/priority-levels';
import type { SchemaObject } from './classifier';
import { type LevelObject, problemOf } from './priority-level';

/** The configuration that follows from the objects there are. */
export interface Digest {
  readonly levels: ReadonlyMap<string, LevelObject>;
  /** In the order in which they are tried; every one of a level above. */
  readonly schemas: readonly SchemaObject[];
  /** Conditions that differ from what the schemas say of themselves. */
  readonly conditions: readonly SchemaCondition[];
  /** Levels that are left out, and why. */
  readonly problems: readonly string[];
}

export interface SchemaCondition {
  readonly schema: string;
  readonly condition: Readonly<Required<Pick<flowcontrolv1.FlowSchemaCondition, 'type' | 'status' | 'reason' | 'message'>>>;
}

/** Levels and schemas without which there is no server are imagined where their objects are not there. */
export function digest(
  levelObjects: readonly flowcontrolv1.PriorityLevelConfiguration[],
  schemaObjects: readonly flowcontrolv1.FlowSchema[],
): Digest {
  const levels = new Map<string, LevelObject>();
  const problems: string[] = [];
  for (const object of levelObjects) {
    const problem = problemOf(object);
    if (problem) problems.push(`PriorityLevelConfiguration ${object.metadata.name ?? ''}: ${problem}`);
    else levels.set(object.metadata.name ?? '', object);
  }
  for (const [name, spec] of Object.entries(MANDATORY_LEVELS)) if (!levels.has(name)) levels.set(name, { metadata: { name }, spec });
  const conditions = schemaObjects.flatMap((schema) => conditionOf(schema, levels) ?? []);
  return { levels, schemas: orderSchemas(schemaObjects, levels), conditions, problems };
}

function orderSchemas(objects: readonly flowcontrolv1.FlowSchema[], levels: ReadonlyMap<string, LevelObject>): SchemaObject[] {
  const schemas: SchemaObject[] = objects.filter((schema) => levels.has(levelOf(schema)));
  schemas.sort((a, b) => precedence(a) - precedence(b) || compare(a.metadata.name ?? '', b.metadata.name ?? ''));
  const imagined = (name: string): SchemaObject[] => {
    return schemas.some(({ metadata }) => metadata.name === name) ? [] : [{ metadata: { name }, spec: MANDATORY_SCHEMAS[name]! }];
  };
  const all = [...imagined('exempt'), ...schemas, ...imagined('catch-all')];
  // What none matches is the catch-all's, so it stands last; nothing sensible has a later place than its own.
  const catchAll = all.find(({ metadata }) => metadata.name === 'catch-all');
  return catchAll ? [...all.filter((schema) => schema !== catchAll), catchAll] : all;
}

export function levelOf({ spec }: SchemaObject): string {
  return spec?.priorityLevelConfiguration.name ?? '';
}

/** Undefined if the schema says it already. */
function conditionOf(schema: flowcontrolv1.FlowSchema, levels: ReadonlyMap<string, LevelObject>): SchemaCondition | undefined {
  const isFound = levels.has(levelOf(schema));
  const name = JSON.stringify(levelOf(schema));
  const message = `This FlowSchema references the PriorityLevelConfiguration object named ${name} ${isFound ? 'and it exists' : 'but there is no such object'}`;
  const condition = { type: 'Dangling', status: isFound ? 'False' : 'True', reason: isFound ? 'Found' : 'NotFound', message };
  const current = schema.status?.conditions?.find(({ type }) => type === 'Dangling');
  const isSame = current?.status === condition.status && current.reason === condition.reason && current.message === message;
  return isSame ? undefined : { schema: schema.metadata.name ?? '', condition };
}

function precedence({ spec }: SchemaObject): number {
  return spec?.matchingPrecedence ?? 1000;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
