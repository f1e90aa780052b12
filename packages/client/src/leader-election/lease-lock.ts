import { formatMicroTime, hasReason } from '@typekube/apimachinery';
import type { coordinationv1 } from '@typekube/api';
import type { Client } from '../resources/client';
import { leases } from '../resources/kinds';
import type { ResourceClient } from '../resources/resource-client';

/** Who leads, as it stands in the Lease (resourcelock.LeaderElectionRecord). Times are milliseconds since 1970. */
export interface LeaderRecord {
  /** Empty: nobody. */
  readonly holder: string;
  readonly leaseSeconds: number;
  readonly acquiredAt: number;
  readonly renewedAt: number;
  readonly transitions: number;
}

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The Lease of an election. It remembers the Lease as last seen, so that a write fails with `Conflict` if another came before.
 */
export class LeaseLock {
  private readonly leases: ResourceClient<coordinationv1.Lease>;
  private lease: coordinationv1.Lease | undefined;

  constructor(
    client: Client,
    readonly name: LeaseName,
  ) {
    this.leases = client.for(leases, name.namespace);
  }

  /** Undefined where there is no Lease yet. */
  async get(signal: AbortSignal): Promise<LeaderRecord | undefined> {
    try {
      this.lease = await this.leases.get(this.name.name, { signal });
      return recordOf(this.lease);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
      this.lease = undefined;
      return undefined;
    }
  }

  async create(record: LeaderRecord, signal: AbortSignal): Promise<void> {
    const { name, namespace } = this.name;
    this.lease = await this.leases.create(
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec: specOf(record) },
      { signal },
    );
  }

  async update(record: LeaderRecord, signal: AbortSignal): Promise<void> {
    if (!this.lease) throw new Error('lease not initialized, call get or create first');
    this.lease = await this.leases.update({ ...this.lease, spec: { ...this.lease.spec, ...specOf(record) } }, { signal });
  }

  /** The last version seen: it changes whenever anyone writes. */
  get version(): string {
    return this.lease?.metadata.resourceVersion ?? '';
  }
}

function recordOf({ spec = {} }: coordinationv1.Lease): LeaderRecord {
  return {
    holder: spec.holderIdentity ?? '',
    leaseSeconds: spec.leaseDurationSeconds ?? 0,
    acquiredAt: spec.acquireTime ? Date.parse(spec.acquireTime) : 0,
    renewedAt: spec.renewTime ? Date.parse(spec.renewTime) : 0,
    transitions: spec.leaseTransitions ?? 0,
  };
}

function specOf(record: LeaderRecord): coordinationv1.LeaseSpec {
  return {
    holderIdentity: record.holder,
    leaseDurationSeconds: record.leaseSeconds,
    acquireTime: formatMicroTime(new Date(record.acquiredAt)),
    renewTime: formatMicroTime(new Date(record.renewedAt)),
    leaseTransitions: record.transitions,
  };
}
