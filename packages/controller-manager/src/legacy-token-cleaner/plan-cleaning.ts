import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { ACCOUNT_NAME, isOf } from '../serviceaccount-token/plan-secret';

type Secret = DeepReadonly<corev1.Secret>;
type ServiceAccount = DeepReadonly<corev1.ServiceAccount>;

export const TYPE = 'kubernetes.io/service-account-token';
const LAST_USED = 'kubernetes.io/legacy-token-last-used';
export const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MILLISECONDS = 86_400_000;

export interface CleaningState {
  readonly secrets: readonly Secret[];
  readonly accountOf: (namespace: string, name: string) => ServiceAccount | undefined;
  /** Whether a pod of the namespace uses a secret of that name. */
  readonly isMounted: (namespace: string, name: string) => boolean;
  readonly now: number;
  readonly periodMilliseconds: number;
}

export interface CleaningStep {
  readonly action: 'mark' | 'delete';
  readonly secret: Secret;
}

/** The date in UTC. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** When the uses of tokens have been recorded for long enough to judge by them: the first day counts from its end. Undefined where it is no date. */
export function judgeableFrom(since: string | undefined, periodMilliseconds: number): number | undefined {
  return since !== undefined && isDay(since) ? Date.parse(since) + DAY_MILLISECONDS + periodMilliseconds : undefined;
}

/** What becomes of tokens that nobody uses: marked as invalid first, deleted when they are so for as long again. */
export function planCleaning(state: CleaningState): CleaningStep[] {
  const before = state.now - state.periodMilliseconds;
  return state.secrets.flatMap((secret): CleaningStep[] => {
    if (!isUnused(secret, before) || !isLeftOver(secret, state)) return [];
    const since = secret.metadata.labels?.[INVALID_SINCE] ?? '';
    if (!isDay(since)) return [{ action: 'mark', secret }];
    return since < dayOf(before) ? [{ action: 'delete', secret }] : [];
  });
}

/** Without the label it has not been used since uses are recorded; with one that is no date nobody knows. */
function isUnused({ type, metadata }: Secret, before: number): boolean {
  const { creationTimestamp = '', deletionTimestamp, labels } = metadata;
  if (type !== TYPE || deletionTimestamp || Date.parse(creationTimestamp) >= before) return false;
  const used = labels?.[LAST_USED];
  return used === undefined || (isDay(used) && used < dayOf(before));
}

/** Made with its account, which knows it still, and in no pod. */
function isLeftOver(secret: Secret, { accountOf, isMounted }: CleaningState): boolean {
  const { namespace = '', name = '', annotations } = secret.metadata;
  const account = accountOf(namespace, annotations?.[ACCOUNT_NAME] ?? '');
  if (!account || !isOf(secret, account)) return false;
  return (account.secrets ?? []).some((reference) => reference.name === name) && !isMounted(namespace, name);
}

function isDay(text: string): boolean {
  const time = Date.parse(text);
  return DAY.test(text) && !Number.isNaN(time) && dayOf(time) === text;
}
