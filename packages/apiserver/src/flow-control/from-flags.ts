import type { Clock } from '@typekube/component-base';
import type { ServerOptions } from '../config/flags';
import type { FlowControlOptions } from './flow-control';

/** Undefined where it is switched off. Fails with a message for the command line. */
export function flowControlFromFlags(limits: ServerOptions['limits'], clock: Clock): Omit<FlowControlOptions, 'log'> | undefined {
  const { enablePriorityAndFairness, maxRequestsInflight, maxMutatingRequestsInflight, requestTimeout } = limits;
  if (!enablePriorityAndFairness) return undefined;
  const serverSeats = maxRequestsInflight + maxMutatingRequestsInflight;
  if (serverSeats <= 0) {
    throw new Error(
      `invalid configuration: MaxRequestsInFlight=${maxRequestsInflight} and MaxMutatingRequestsInFlight=${maxMutatingRequestsInflight}; they must add up to something positive`,
    );
  }
  return { serverSeats, requestTimeoutSeconds: requestTimeout / 1000, clock };
}
