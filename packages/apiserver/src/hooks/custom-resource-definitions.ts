import { type apiextensionsv1, withDefinitionCondition } from '@typekube/api';
import type { ResourceHooks } from '../registry/resource-hooks';

type Definition = apiextensionsv1.CustomResourceDefinition;

/** Keeps a deleted definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** A definition stays until the objects of its resource are deleted, which its finalizer stands for. */
export const definitionHooks: ResourceHooks = {
  holdsDeletion: ({ metadata }: Definition) => metadata.deletionTimestamp === undefined,
  markDeleting(definition: Definition) {
    const { metadata, status } = definition;
    if (metadata.finalizers?.includes(CLEANUP_FINALIZER)) return;
    delete metadata.deletionGracePeriodSeconds;
    metadata.finalizers = [...(metadata.finalizers ?? []), CLEANUP_FINALIZER];
    const condition = {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    };
    definition.status = { ...status, conditions: withDefinitionCondition(status?.conditions ?? [], condition, new Date()) };
  },
};
