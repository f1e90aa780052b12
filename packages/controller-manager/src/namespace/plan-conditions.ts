import type { corev1 } from '@typekube/api';
import { formatTime } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';

export type NamespaceCondition = DeepReadonly<corev1.NamespaceCondition>;

/** What an attempt to empty a namespace found. */
export interface DeletionOutcome {
  /** Groups and versions whose resources could not be asked for, with the reason. */
  readonly discoveryErrors: readonly string[];
  /** Failures of deleting or listing. */
  readonly deletionErrors: readonly string[];
  /** How many objects are left, by resource (`pods.`, `deployments.apps`). */
  readonly remaining: ReadonlyMap<string, number>;
  /** How many of those have which finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
}

/** What a namespace that is going says of itself, in upstream's words. (namespace/deletion/status_condition_utils.go) */
export function planConditions(
  current: readonly NamespaceCondition[] | undefined,
  outcome: DeletionOutcome,
  now: number,
): NamespaceCondition[] {
  const { discoveryErrors, deletionErrors, remaining, finalizers } = outcome;
  const wanted = [
    condition('NamespaceDeletionDiscoveryFailure', discoveryErrors.length > 0, {
      yes: [
        'DiscoveryFailed',
        `Discovery failed for some groups, ${discoveryErrors.length} failing: ` +
          `unable to retrieve the complete list of server APIs: ${discoveryErrors.join(', ')}`,
      ],
      no: ['ResourcesDiscovered', 'All resources successfully discovered'],
    }),
    condition('NamespaceDeletionGroupVersionParsingFailure', false, {
      yes: ['GroupVersionParsingFailed', ''],
      no: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    }),
    condition('NamespaceDeletionContentFailure', deletionErrors.length > 0, {
      yes: [
        'ContentDeletionFailed',
        `Failed to delete all resource types, ${deletionErrors.length} remaining: ${[...deletionErrors].sort().join(', ')}`,
      ],
      no: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    }),
    condition('NamespaceContentRemaining', remaining.size > 0, {
      yes: ['SomeResourcesRemain', `Some resources are remaining: ${describe(remaining, 'has')}`],
      no: ['ContentRemoved', 'All content successfully removed'],
    }),
    condition('NamespaceFinalizersRemaining', finalizers.size > 0, {
      yes: [
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${describe(finalizers, 'in')}`,
      ],
      no: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    }),
  ];
  return wanted.reduce((conditions, next) => replaced(conditions, next, now), [...(current ?? [])]);
}

type Said = readonly [reason: string, message: string];

function condition(type: string, holds: boolean, texts: { readonly yes: Said; readonly no: Said }): NamespaceCondition {
  const [reason, message] = holds ? texts.yes : texts.no;
  return { type, status: holds ? 'True' : 'False', reason, message };
}

/** A condition that says the same keeps its time. */
function replaced(conditions: NamespaceCondition[], next: NamespaceCondition, now: number): NamespaceCondition[] {
  const i = conditions.findIndex(({ type }) => type === next.type);
  const current = conditions[i];
  if (current?.status === next.status && current.reason === next.reason && current.message === next.message) return conditions;
  const timed = { ...next, lastTransitionTime: formatTime(new Date(now)) };
  return i < 0 ? [...conditions, timed] : conditions.with(i, timed);
}

function describe(counts: ReadonlyMap<string, number>, verb: 'has' | 'in'): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${verb} ${count} resource instances`)
    .join(', ');
}
