import { hasReason } from '@typekube/apimachinery';
import { configMaps, keyOf, pods, secrets, serviceAccounts } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { every } from '../shared/every';
import { type CleaningState, type CleaningStep, dayOf, INVALID_SINCE, judgeableFrom, planCleaning, TYPE } from './plan-cleaning';
import { podSecretNames } from './pod-secret-names';

const NAME = 'legacy-service-account-token-cleaner';
const TRACKING = 'kube-apiserver-legacy-service-account-token-tracking';
const INTERVAL_MILLISECONDS = 24 * 3_600_000;

/** Marks and then deletes the tokens of service accounts that nobody has used for long. */
export function legacyTokenCleaner(deps: ControllerDeps, periodMilliseconds: number): Runnable {
  const { client, clock, logger } = deps;
  if (periodMilliseconds <= 0) throw new Error(`invalid CleanUpPeriod: ${periodMilliseconds} ms`);
  const secretInformer = deps.informers.for(secrets, { fieldSelector: `type=${TYPE}` });
  const [accountInformer, podInformer] = [deps.informers.for(serviceAccounts), deps.informers.for(pods)];
  const work = async (signal: AbortSignal): Promise<void> => {
    const { data } = await client.for(configMaps, 'kube-system').get(TRACKING, { signal });
    const from = judgeableFrom(data?.['since'], periodMilliseconds);
    if (from === undefined) throw new Error(`the ConfigMap ${TRACKING} does not say since when uses are recorded`);
    if (clock.now() < from) return;
    for (const step of planCleaning(stateNow())) await carryOut(step, signal);
  };
  return {
    async run(signal) {
      try {
        await Promise.all([secretInformer, accountInformer, podInformer].map((informer) => informer.synced(signal)));
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await every({ name: NAME, milliseconds: INTERVAL_MILLISECONDS, clock, logger, work }, signal);
    },
  };

  function stateNow(): CleaningState {
    const mounted = new Set(podInformer.indexer.list().flatMap((pod) => podSecretNames(pod).map((name) => keyOf(pod.metadata.namespace ?? '', name))));
    return {
      secrets: secretInformer.indexer.list(),
      accountOf: (namespace, name) => accountInformer.indexer.get(keyOf(namespace, name)),
      isMounted: (namespace, name) => mounted.has(keyOf(namespace, name)),
      now: clock.now(),
      periodMilliseconds,
    };
  }

  /** One that fails must not keep the others: the next day may do. */
  async function carryOut({ action, secret }: CleaningStep, signal: AbortSignal): Promise<void> {
    const { namespace = '', name = '', uid = '', resourceVersion = '' } = secret.metadata;
    const resource = client.for(secrets, namespace);
    try {
      logger.info(action === 'mark' ? 'Mark the auto-generated service account token as invalid' : 'Delete auto-generated service account token', { secret: keyOf(namespace, name) });
      if (action === 'delete') await resource.delete(name, { preconditions: { resourceVersion }, signal });
      else await resource.patch(name, { type: 'merge', body: { metadata: { uid, labels: { [INVALID_SINCE]: dayOf(clock.now()) } } } }, { signal });
    } catch (error) {
      if (signal.aborted) throw error;
      // Used, changed or gone meanwhile.
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) logger.child(NAME).error('Cleaning up a service account token', error);
    }
  }
}
