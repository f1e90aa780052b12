import type { flowcontrolv1 } from '../../../types';

const NOMINAL_SHARES = 30;
const QUEUING = { queues: 64, handSize: 8, queueLengthLimit: 50 };

/** Shares and queues of a level that does not give its own. */
export function setDefaults(object: flowcontrolv1.PriorityLevelConfiguration): void {
  const { exempt, limited } = object.spec ?? {};
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= NOMINAL_SHARES;
  limited.lendablePercent ??= 0;
  const queuing = limited.limitResponse?.queuing;
  if (!queuing) return;
  queuing.queues ||= QUEUING.queues;
  queuing.handSize ||= QUEUING.handSize;
  queuing.queueLengthLimit ||= QUEUING.queueLengthLimit;
}
