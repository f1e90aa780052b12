import type { corev1, discoveryv1 } from '@typekube/api';
import type { Expectations, Indexer, ReconcileContext } from '@typekube/client';
import { SliceWriter } from '../endpointslice/slice-writer';
import type { ControllerDeps } from '../shared/controller-deps';
import type { Endpoints } from '../shared/objects';
import { hasSelector } from '../shared/service-pods';
import { planEndpoints, type WantedSlices } from './plan-endpoints';
import { planSlices } from './plan-slices';

export interface MirroringWorld {
  readonly deps: ControllerDeps;
  readonly endpoints: Indexer<corev1.Endpoints>;
  readonly services: Indexer<corev1.Service>;
  readonly slices: Indexer<discoveryv1.EndpointSlice>;
  readonly expectations: Expectations;
  readonly maxPerSubset: number;
}

/** The name of the index of mirrored slices by the key of their Endpoints. */
export const BY_ENDPOINTS = 'mirrored endpoints';

const SKIP_LABEL = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader';

/** Users may forbid it, and what old leader elections keep in Endpoints changes every few seconds. (shouldMirror) */
export function mayBeMirrored({ metadata }: Endpoints): boolean {
  return metadata.labels?.[SKIP_LABEL] !== 'true' && metadata.annotations?.[LEADER_ANNOTATION] === undefined;
}

/** Keeps the mirrored slices of the Endpoints of one service. */
export class MirroringReconciler {
  private readonly writer: SliceWriter;

  constructor(private readonly world: MirroringWorld) {
    this.writer = new SliceWriter(world.deps.client, world.expectations);
  }

  readonly reconcile = async (key: string, { signal }: ReconcileContext): Promise<void> => {
    const { expectations, maxPerSubset } = this.world;
    const existing = this.world.slices.byIndex(BY_ENDPOINTS, key).filter(({ metadata }) => !metadata.deletionTimestamp);
    const endpoints = this.mirrored(key);
    if (!endpoints) {
      expectations.delete(key);
      return this.writer.write(key, { create: [], update: [], remove: existing }, signal);
    }
    if (!expectations.satisfied(key)) return;
    const wanted = planEndpoints(endpoints, maxPerSubset);
    this.tellOfSkipped(endpoints, wanted);
    await this.writer.write(key, planSlices(endpoints, wanted.slices, existing), signal);
  };

  /** The Endpoints, if they are to be mirrored: those of a service without a selector, which no controller makes slices for. */
  private mirrored(key: string): Endpoints | undefined {
    const endpoints = this.world.endpoints.get(key);
    const service = this.world.services.get(key);
    return endpoints && mayBeMirrored(endpoints) && service && !hasSelector(service) ? endpoints : undefined;
  }

  private tellOfSkipped(endpoints: Endpoints, { invalid, skipped }: WantedSlices): void {
    const { deps, maxPerSubset } = this.world;
    if (invalid > 0) {
      const message = `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`;
      deps.recordEvent(endpoints, 'Warning', 'InvalidIPAddress', message);
    }
    if (skipped > invalid) {
      const message =
        `A max of ${maxPerSubset} addresses can be mirrored to EndpointSlices per Endpoints subset. ` +
        `${skipped} addresses were skipped`;
      deps.recordEvent(endpoints, 'Warning', 'TooManyAddressesToMirror', message);
    }
  }
}
