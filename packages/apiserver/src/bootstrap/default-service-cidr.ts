import { formatTime, StatusError } from '@typekube/apimachinery';
import type { networkingv1 } from '@typekube/api';
import { SERVICE_CIDRS } from '../allocators/ip-allocator';
import type { EventRecorder } from './event-recorder';
import type { SystemClient } from './system-client';

const NAME = 'kubernetes';

export interface DefaultServiceCidrOptions {
  readonly client: SystemClient;
  readonly events: EventRecorder;
  /** `--service-cluster-ip-range`, in canonical form. */
  readonly cidrs: readonly string[];
  readonly log: { warn(message: string): void };
}

/**
 * Keeps the ServiceCIDR `kubernetes`, made of `--service-cluster-ip-range` (upstream's default service CIDR controller): it is created, made
 * dual-stack when the flag is, and set ready while it agrees with the flag. A CIDR that does not agree is left alone, and told of once.
 */
export class DefaultServiceCidr {
  private hasReported = false;

  constructor(private readonly options: DefaultServiceCidrOptions) {}

  /**
   * Returns the revision of the last write, or undefined if there was nothing to do. What the API refuses is logged and tried again
   * next time.
   */
  async sync(): Promise<number | undefined> {
    try {
      return await this.trySync();
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.options.log.warn(`error updating the default ServiceCIDR: ${error.message}`);
      return undefined;
    }
  }

  private async trySync(): Promise<number | undefined> {
    const { client, cidrs } = this.options;
    const current = client.get<networkingv1.ServiceCIDR>(SERVICE_CIDRS, '', NAME);
    if (!current) {
      const created = await client.ensure(SERVICE_CIDRS, newServiceCidr(cidrs));
      return created === undefined ? undefined : this.setReady();
    }
    if (isUpgrade(current.spec?.cidrs ?? [], cidrs)) {
      const { revision } = await client.update<networkingv1.ServiceCIDR>(SERVICE_CIDRS, { name: NAME }, (serviceCidr) => {
        serviceCidr.spec = { ...serviceCidr.spec, cidrs: [...cidrs] };
      });
      return revision;
    }
    return this.syncStatus(current);
  }

  private async syncStatus(current: networkingv1.ServiceCIDR): Promise<number | undefined> {
    if (current.metadata.deletionTimestamp !== undefined) return undefined;
    const { cidrs } = this.options;
    const actual = current.spec?.cidrs ?? [];
    if (actual.join() !== cidrs.join()) {
      const text = `The default ServiceCIDR [${actual.join(' ')}] does not match the controller flag configurations [${cidrs.join(' ')}]`;
      await this.report(current, 'KubernetesDefaultServiceCIDRInconsistent', text);
      return undefined;
    }
    const ready = current.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status === 'True') return undefined;
    if (ready?.status !== 'False') return this.setReady();
    await this.report(current, ready.reason, `Configuration matches, but ${ready.message}`);
    return undefined;
  }

  private async setReady(): Promise<number> {
    const condition = {
      type: 'Ready',
      status: 'True',
      lastTransitionTime: formatTime(new Date()),
      reason: '',
      message: 'Kubernetes default Service CIDR is ready',
    };
    const change = (serviceCidr: networkingv1.ServiceCIDR): void => {
      const others = (serviceCidr.status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
      serviceCidr.status = { conditions: [...others, condition] };
    };
    const { revision } = await this.options.client.update(SERVICE_CIDRS, { name: NAME }, change, 'status');
    return revision;
  }

  private async report(serviceCidr: networkingv1.ServiceCIDR, reason: string, message: string): Promise<void> {
    if (this.hasReported) return;
    this.hasReported = true;
    this.options.log.warn(message);
    await this.options.events.warn(serviceCidr, reason, message);
  }
}

function isUpgrade(actual: readonly string[], wanted: readonly string[]): boolean {
  return actual.length === 1 && wanted.length === 2 && actual[0] === wanted[0];
}

function newServiceCidr(cidrs: readonly string[]): networkingv1.ServiceCIDR {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: NAME }, spec: { cidrs: [...cidrs] } };
}
