/** What a request is thought to cost: seats while it runs, and seats that it holds for a while after its answer. */
export interface WorkEstimate {
  readonly initialSeats: number;
  readonly finalSeats: number;
  /** How long the final seats are held after the answer; the client does not wait for it. */
  readonly additionalSeconds: number;
}

/** The time that a request is thought to take before it is known (upstream's estimatedServiceDuration). */
export const SERVICE_SECONDS = 0.003;

/** Most requests. */
export const ONE_SEAT: WorkEstimate = { initialSeats: 1, finalSeats: 0, additionalSeconds: 0 };

/** The seats that a request takes in all its phases: they are given to it at once and for the whole time. */
export function maxSeats({ initialSeats, finalSeats }: WorkEstimate): number {
  return initialSeats >= finalSeats ? initialSeats : finalSeats;
}

/** In seat-seconds. */
export function totalWork({ initialSeats, finalSeats, additionalSeconds }: WorkEstimate): number {
  return initialSeats * SERVICE_SECONDS + finalSeats * additionalSeconds;
}
