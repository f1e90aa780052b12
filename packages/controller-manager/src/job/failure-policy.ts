import type { batchv1, corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Job, Pod } from '../shared/objects';

/** What a job's pod failure policy says of a failed pod. */
export interface FailureVerdict {
  /** It counts towards the backoff limits. */
  readonly counts: boolean;
  readonly action?: string;
  /** The whole job fails, for this reason. */
  readonly failJob?: string;
}

type Rule = DeepReadonly<batchv1.PodFailurePolicyRule>;
type ContainerStatus = DeepReadonly<corev1.ContainerStatus>;

const ACTIONS = ['FailJob', 'FailIndex', 'Ignore', 'Count'];

/** The first rule that matches decides; where none does, the failure counts. (matchPodFailurePolicy) */
export function judgeFailure({ spec }: Job, pod: Pod): FailureVerdict {
  for (const [i, rule] of (spec?.podFailurePolicy?.rules ?? []).entries()) {
    const cause = ACTIONS.includes(rule.action) ? causeOf(rule, pod) : undefined;
    if (cause === undefined) continue;
    const { action } = rule;
    if (action === 'FailJob') return { counts: true, action, failJob: `${cause} matching ${action} rule at index ${i}` };
    return { counts: action !== 'Ignore', action };
  }
  return { counts: true };
}

/** In words what the rule matches, if it does. */
function causeOf({ onExitCodes, onPodConditions }: Rule, { metadata, status }: Pod): string | undefined {
  const pod = `${metadata.namespace}/${metadata.name}`;
  if (onExitCodes) {
    const containers = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    const found = containers.find((container) => matchesExitCode(onExitCodes, container));
    return found && `Container ${found.name} for pod ${pod} failed with exit code ${found.state?.terminated?.exitCode}`;
  }
  const condition = status?.conditions?.find((each) => {
    return onPodConditions?.some((pattern) => pattern.type === each.type && (pattern.status ?? 'True') === each.status);
  });
  return condition && `Pod ${pod} has condition ${condition.type}`;
}

type ExitCodes = NonNullable<Rule['onExitCodes']>;

function matchesExitCode({ containerName, operator, values }: ExitCodes, { name, state }: ContainerStatus): boolean {
  const code = state?.terminated?.exitCode ?? 0;
  if (code === 0 || (containerName !== undefined && containerName !== name)) return false;
  if (operator === 'In') return values.includes(code);
  return operator === 'NotIn' && !values.includes(code);
}
