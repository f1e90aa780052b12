import { type Pod, specOf } from '../framework/objects';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const ANY_IP = '0.0.0.0';

/** The ports of its node that a pod takes: those of its containers and sidecars. */
export function hostPortsOf(pod: Pod): HostPort[] {
  const { containers, initContainers = [] } = specOf(pod);
  const running = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
  return running.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostIP, hostPort, protocol }) =>
      hostPort ? [{ ip: hostIP || ANY_IP, protocol: protocol || 'TCP', port: hostPort }] : [],
    ),
  );
}

/** The ports in use on one node. (framework.HostPortInfo) */
export class HostPorts {
  private readonly used = new Map<string, Set<string>>();

  add({ ip, protocol, port }: HostPort): void {
    const ips = this.used.get(keyOf(protocol, port));
    if (ips) ips.add(ip);
    else this.used.set(keyOf(protocol, port), new Set([ip]));
  }

  remove({ ip, protocol, port }: HostPort): void {
    const ips = this.used.get(keyOf(protocol, port));
    ips?.delete(ip);
    if (ips?.size === 0) this.used.delete(keyOf(protocol, port));
  }

  /** Whether the port is taken: on the same address, or by or for all addresses. */
  conflicts({ ip, protocol, port }: HostPort): boolean {
    const ips = this.used.get(keyOf(protocol, port));
    return ips !== undefined && (ip === ANY_IP || ips.has(ANY_IP) || ips.has(ip));
  }

  clone(): HostPorts {
    const copy = new HostPorts();
    for (const [key, ips] of this.used) copy.used.set(key, new Set(ips));
    return copy;
  }
}

function keyOf(protocol: string, port: number): string {
  return `${protocol}/${port}`;
}
