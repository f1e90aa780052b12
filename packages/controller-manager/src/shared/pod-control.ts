import type { corev1 } from '@typekube/api';
import { hasReason } from '@typekube/apimachinery';
import { pods } from '@typekube/client';
import type { ControllerDeps } from './controller-deps';
import { type Cached, controllerReference, type OwnerKind, type Pod, type PodTemplateSpec } from './objects';

/** On whose behalf pods are made and deleted. */
export interface PodOwner {
  readonly object: Cached;
  readonly kind: OwnerKind;
  readonly signal: AbortSignal;
}

/** A name prefix that leaves a valid name: what cannot be one is used without the dash. */
const VALID_PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*-$/;

/** Makes and deletes pods, with the events that users see on their owner. (controller.RealPodControl) */
export class PodControl {
  constructor(private readonly deps: Pick<ControllerDeps, 'client' | 'recordEvent'>) {}

  /** Makes a pod of the template, controlled by the owner. In a namespace that is going no event tells of the failure. */
  async create(template: PodTemplateSpec, { object, kind, signal }: PodOwner, generateName?: string): Promise<corev1.Pod> {
    const { namespace = '' } = object.metadata;
    const made = podFromTemplate(template, object, kind);
    const wanted = generateName === undefined ? made : { ...made, metadata: { ...made.metadata, generateName } };
    try {
      const pod = await this.deps.client.for(pods, namespace).create(wanted, { signal });
      this.deps.recordEvent(object, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name ?? ''}`);
      return pod;
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        this.deps.recordEvent(object, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      }
      throw error;
    }
  }

  /** @throws what the server says, also `NotFound`: the caller knows whether that is a failure. */
  async delete({ metadata }: Pod, { object, signal }: PodOwner): Promise<void> {
    const { namespace = '', name = '' } = metadata;
    try {
      await this.deps.client.for(pods, namespace).delete(name, { signal });
      this.deps.recordEvent(object, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) {
        this.deps.recordEvent(object, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
      }
      throw error;
    }
  }
}

/** The pod that a controller makes of its template; the server completes its name. (controller.GetPodFromTemplate) */
export function podFromTemplate({ metadata, spec }: PodTemplateSpec, owner: Cached, kind: OwnerKind): Pod {
  const { labels, annotations, finalizers } = metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: podPrefix(owner.metadata.name ?? ''),
      namespace: owner.metadata.namespace ?? '',
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(owner, kind)],
    },
    ...(spec && { spec }),
  };
}

/** The namespace is being deleted, so nothing can be made in it any more. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (!hasReason(error, 'Forbidden')) return false;
  return (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function podPrefix(owner: string): string {
  const prefix = `${owner}-`;
  return VALID_PREFIX.test(prefix) ? prefix : owner;
}
