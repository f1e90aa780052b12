import type { GroupKind, GroupResource, KubeObject } from '@typekube/apimachinery';
import type { ResourceDefinition } from '@typekube/api';
import type { LatencyLayer } from '../audit/latency';
import type { UserInfo } from '../chain/request-context';
import type { Reinvocation } from './reinvocation';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What plugins see of a resource; it need not be stored. */
export interface AdmissionResource {
  readonly definition: ResourceDefinition;
  readonly groupResource: GroupResource;
  readonly groupKind: GroupKind;
  readonly namespaced: boolean;
}

/** A kind as plugins see it, for kinds that are not stored. */
export function admissionResource(definition: ResourceDefinition): AdmissionResource {
  const { group, plural, kind, scope } = definition;
  return {
    definition,
    groupResource: { group, resource: plural },
    groupKind: { group, kind },
    namespaced: scope === 'Namespaced',
  };
}

/** All that the writes of one sort have in common: what a chain is compiled for. */
export interface AdmissionTarget {
  readonly operation: AdmissionOperation;
  readonly resource: AdmissionResource;
  readonly subresource: string;
}

/** One write as the plugins see it. `object` is in the storage version; mutating plugins change it in place. */
export interface AdmissionAttributes extends AdmissionTarget {
  /** The version of the resource that the request names. */
  readonly version: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Absent for a delete. Of the subresource's own kind where that has one: a `Binding`, an `Eviction`. */
  readonly object: KubeObject | undefined;
  /** Absent for a create. */
  readonly oldObject: KubeObject | undefined;
  /** The options of the request, such as `CreateOptions`. Absent for a connection. */
  readonly options: () => object | undefined;
  /** Of the mutating round: who has changed what. */
  readonly reinvocation: Reinvocation;
  warn(text: string): void;
  /** Leaves a note with the audit event of the request. */
  annotate(key: string, value: string): void;
  /** Says that so long others were waited for: what metrics tell of the server's own time is without it. */
  waited(layer: LatencyLayer, milliseconds: number): void;
  /** Throws where the client has been told meanwhile that it took too long: who has waited for others asks before he goes on. */
  checkTime(): void;
}

/**
 * Refuses by throwing a StatusError (403 as a rule). `admit` may change the object, `validate` may not. A promise only where something
 * has to be waited for: this is in the way of every write.
 */
export interface AdmissionPlugin {
  readonly name: string;
  /** Whether it has to do with such writes at all. Asked once for each sort of write. */
  handles(target: AdmissionTarget): boolean;
  admit?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}
