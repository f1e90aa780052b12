import { type apiextensionsv1, isDefinitionCondition, withDefinitionCondition } from '@typekube/api';
import { hasReason } from '@typekube/apimachinery';
import type { SystemClient } from '../bootstrap/system-client';
import { parseObject } from '../cache/entry';
import { CLEANUP_FINALIZER } from '../hooks/custom-resource-definitions';
import type { Endpoints } from '../registry/endpoints';

type Definition = apiextensionsv1.CustomResourceDefinition;
type Condition = apiextensionsv1.CustomResourceDefinitionCondition;

export const DEFINITIONS = { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' };

const TERMINATING = 'Terminating';
const IN_PROGRESS: Condition = {
  type: TERMINATING,
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};
const COMPLETED: Condition = { type: TERMINATING, status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' };
const NEVER: Condition = { type: TERMINATING, status: 'False', reason: 'NeverEstablished', message: 'resource was never established' };

export interface FinalizeOptions {
  readonly client: SystemClient;
  readonly endpoints: Endpoints;
}

/** One step towards the end of a deleted definition: its objects are deleted, then it lets go of itself. False while objects remain. */
export async function finalizeDefinition(definition: Definition, options: FinalizeOptions): Promise<boolean> {
  const { client } = options;
  if (!definition.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return true;
  try {
    if (isDefinitionCondition(definition, 'Established')) {
      // What is completed stays so, whatever is in the way of the last step: going back and forth would wake this again without end.
      if (!isCompleted(definition)) {
        await setTerminating(definition, IN_PROGRESS, client);
        if (await deleteInstances(definition, options)) return false;
        await setTerminating(definition, COMPLETED, client);
      }
    } else {
      await setTerminating(definition, NEVER, client);
    }
    await client.update<Definition>(DEFINITIONS, definition.metadata, ({ metadata }) => {
      metadata.finalizers = metadata.finalizers?.filter((name) => name !== CLEANUP_FINALIZER) ?? [];
    });
  } catch (error) {
    // Another server was faster.
    if (!hasReason(error, 'NotFound')) throw error;
  }
  return true;
}

function isCompleted({ status }: Definition): boolean {
  return status?.conditions?.some(({ type, reason }) => type === TERMINATING && reason === COMPLETED.reason) ?? false;
}

/** Returns how many remain, held by their finalizers. */
async function deleteInstances({ spec }: Definition, { client, endpoints }: FinalizeOptions): Promise<number> {
  const resource = { group: spec.group, plural: spec.names.plural };
  const { cache } = endpoints.resource(resource.group, resource.plural);
  cache.checkReadable(cache.prefix);
  for (const { namespace, name, bytes } of [...cache.entries.values()]) {
    if (parseObject(bytes).metadata.deletionTimestamp === undefined) await client.delete(resource, namespace, name);
  }
  const left = await Promise.all([...cache.entries.values()].map(({ namespace, name }) => client.read(resource, namespace, name)));
  return left.filter((object) => object !== undefined).length;
}

async function setTerminating({ metadata }: Definition, condition: Condition, client: SystemClient): Promise<void> {
  const set = (definition: Definition): void => {
    const { status } = definition;
    definition.status = { ...status, conditions: withDefinitionCondition(status?.conditions ?? [], condition, new Date()) };
  };
  await client.update<Definition>(DEFINITIONS, metadata, set, 'status');
}
