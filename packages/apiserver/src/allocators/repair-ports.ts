import type { corev1 } from '@typekube/api';
import type { EventRecorder } from '../bootstrap/event-recorder';
import type { SystemClient } from '../bootstrap/system-client';
import { AllocationError } from './allocation-error';
import { formatPortRange, PortBitmap } from './port-range';
import type { PortRegistry } from './port-registry';
import { SERVICES } from './service-spec';

/** A port that no service has is given back when it has been seen so often, as its service may just be in the making. */
const LOOKS_BEFORE_CLEANUP = 3;

export interface PortRepairOptions {
  readonly ports: PortRegistry;
  readonly client: SystemClient;
  /** Resolves when the caches hold every write acknowledged before. */
  readonly mostRecent: () => Promise<void>;
  readonly events: EventRecorder;
  readonly log: { error(message: string, error?: unknown): void };
}

/** Brings the allocated node ports in line with the services, as upstream's portallocator repair controller. */
export class PortRepair {
  /** Ports that appear to have leaked, with the looks that are left to them. */
  private leaks = new Map<number, number>();

  constructor(private readonly options: PortRepairOptions) {}

  /** Fails if the store does; what is wrong with services is logged and told in events. */
  async runOnce(): Promise<void> {
    const { ports, mostRecent } = this.options;
    const findings: Finding[] = [];
    let leaks = this.leaks;
    await ports.rebuild(async (stored) => {
      findings.length = 0;
      leaks = new Map(this.leaks);
      // The services must not be older than the ports: what was taken meanwhile only looks leaked, and has its looks.
      await mostRecent();
      return this.rebuild(stored, findings, leaks);
    });
    this.leaks = leaks;
    for (const { service, reason, event, message } of findings) {
      this.options.log.error(message);
      if (service) await this.options.events.warn(service, reason, event);
    }
  }

  private rebuild(stored: PortBitmap, findings: Finding[], leaks: Map<number, number>): PortBitmap {
    const rebuilt = new PortBitmap(this.options.ports.range);
    const left = stored.copy();
    for (const service of this.options.client.list<corev1.Service>(SERVICES)) {
      for (const port of usedPorts(service.spec ?? {})) {
        const finding = this.register(service, port, { rebuilt, left });
        if (finding) findings.push(finding);
        if (finding?.reason === undefined || finding.reason === 'PortNotAllocated') leaks.delete(port);
      }
    }
    for (const port of left.taken()) this.keepOrDrop(port, rebuilt, findings, leaks);
    return rebuilt;
  }

  private register(service: corev1.Service, port: number, { rebuilt, left }: Rebuild): Finding | undefined {
    const { name = '', namespace = '' } = service.metadata;
    const of = `for service ${name}/${namespace}`;
    const range = formatPortRange(rebuilt.range);
    try {
      rebuilt.take(port);
    } catch (error) {
      if (!(error instanceof AllocationError)) throw error;
      if (error.code === 'allocated') {
        const event = `Port ${port} was assigned to multiple services; please recreate service`;
        const message = `the node port ${port} ${of} was assigned to multiple services; please recreate`;
        return { service, reason: 'PortAlreadyAllocated', event, message };
      }
      const event = `Port ${port} is not within the port range ${range}; please recreate service`;
      const message = `the port ${port} ${of} is not within the port range ${range}; please recreate`;
      return { service, reason: 'PortOutOfRange', event, message };
    }
    if (left.has(port)) {
      left.release(port);
      return undefined;
    }
    const event = `Port ${port} is not allocated; repairing`;
    return { service, reason: 'PortNotAllocated', event, message: `the node port ${port} ${of} is not allocated; repairing` };
  }

  private keepOrDrop(port: number, rebuilt: PortBitmap, findings: Finding[], leaks: Map<number, number>): void {
    if (!rebuilt.contains(port)) return;
    const looks = leaks.get(port);
    const about = (message: string): void => void findings.push({ service: undefined, reason: 'leak', event: '', message });
    if (looks === 0) {
      leaks.delete(port);
      return about(`the node port ${port} appears to have leaked: cleaning up`);
    }
    if (looks === undefined) about(`the node port ${port} may have leaked: flagging for later clean up`);
    leaks.set(port, (looks ?? LOOKS_BEFORE_CLEANUP - 1) - 1);
    rebuilt.take(port);
  }
}

interface Rebuild {
  /** What services have, as far as they have been looked at. */
  readonly rebuilt: PortBitmap;
  /** What is stored and no service has been found for yet. */
  readonly left: PortBitmap;
}

interface Finding {
  readonly service: corev1.Service | undefined;
  readonly reason: 'PortNotAllocated' | 'PortAlreadyAllocated' | 'PortOutOfRange' | 'leak';
  readonly event: string;
  readonly message: string;
}

/** The node ports of a service; one that two protocols share counts once, one that a protocol has twice counts twice. */
function usedPorts({ ports = [], healthCheckNodePort }: corev1.ServiceSpec): number[] {
  const protocols = new Map<number, Set<string>>();
  const used: number[] = [];
  for (const { nodePort, protocol = 'TCP' } of ports) {
    if (!nodePort) continue;
    const seen = protocols.get(nodePort);
    if (!seen || seen.has(protocol)) used.push(nodePort);
    protocols.set(nodePort, (seen ?? new Set()).add(protocol));
  }
  if (healthCheckNodePort && protocols.get(healthCheckNodePort)?.has('TCP') !== false) used.push(healthCheckNodePort);
  return used;
}
