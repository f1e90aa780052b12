/** What a request is thought to cost: seats while it runs, and seats that it holds for a while after its answer. */
export interface WorkEstimate {
  readonly initialSeats: number;
  readonly finalSeats: number;
  /** How long the final seats are held after the answer; the client does not wait for it. */
  readonly additionalSeconds: number;
  /** The seats it would take if its level did not bound them: what it takes of the event loop. */
  readonly width: number;
}

/** The time that a request is thought to take before it is known (upstream's estimatedServiceDuration). */
const SERVICE_SECONDS = 0.003;

/** Most requests. */
export const ONE_SEAT: WorkEstimate = { initialSeats: 1, finalSeats: 0, additionalSeconds: 0, width: 1 };

/** The seats that a request takes in all its phases: they are given to it at once and for the whole time. */
export function maxSeats({ initialSeats, finalSeats }: WorkEstimate): number {
  return initialSeats >= finalSeats ? initialSeats : finalSeats;
}

/**
 * What is reckoned with until it is known, in seat-seconds. (Upstream reckons with the bounded seats. In a small level a long list and a get would then be thought to cost the same, and who
 * gets one object would wait behind lists.)
 */
export function expectedWork({ initialSeats, width }: WorkEstimate): number {
  return Math.max(initialSeats, width) * SERVICE_SECONDS;
}

/** In seat-seconds. */
export function totalWork(estimate: WorkEstimate): number {
  return expectedWork(estimate) + estimate.finalSeats * estimate.additionalSeconds;
}
