import type { KubeObject } from '@typekube/apimachinery';
import type { UserInfo } from '../chain/request-context';
import type { Resource } from '../registry/resource';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write as the plugins see it. `object` is in the storage version; mutating plugins change it in place. */
export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly resource: Resource;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Absent for a delete. */
  readonly object: KubeObject | undefined;
  /** Absent for a create. */
  readonly oldObject: KubeObject | undefined;
  warn(text: string): void;
}

/** Refuses by throwing a StatusError (403 as a rule). `admit` may change the object, `validate` may not. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(operation: AdmissionOperation): boolean;
  admit?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}

/** Runs the plugins in their order: all that mutate before the object is validated, all that only judge after. */
export class AdmissionChain {
  constructor(private readonly plugins: readonly AdmissionPlugin[]) {}

  async admit(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.plugins) {
      if (plugin.admit && plugin.handles(attributes.operation)) await plugin.admit(attributes);
    }
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.plugins) {
      if (plugin.validate && plugin.handles(attributes.operation)) await plugin.validate(attributes);
    }
  }
}
