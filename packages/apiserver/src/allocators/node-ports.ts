import { FieldPath, invalid, type KubeObject, newInternalError, newInvalid, StatusError } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import { AllocationError } from './allocation-error';
import { getsNodePorts, needsHealthCheck, nodePortsOf, SERVICE_KIND, wantsNodePorts } from './service-spec';

type Spec = corev1.ServiceSpec;

/** Where ports are taken from; both fail with an AllocationError. */
export interface PortTaker {
  take(port: number): void;
  takeNext(): number;
}

/** What a write does to the node ports of a service. */
export interface NodePortPlan {
  /** The node port of each port; undefined for none. */
  readonly ports: readonly (number | undefined)[];
  readonly healthCheckNodePort: number | undefined;
  /** To be given back if the write fails. */
  readonly taken: readonly number[];
  /** To be given back if the write succeeds. */
  readonly released: readonly number[];
}

/**
 * Takes the ports that a write needs, as upstream's txnAllocNodePorts and txnUpdateNodePorts; does not change the service. Fails with
 * 422 or 500.
 */
export function planNodePorts({ metadata }: KubeObject, spec: Spec, old: Spec | undefined, source: PortTaker): NodePortPlan {
  const planner = new Planner(metadata.name ?? '', spec, source);
  const wants = wantsNodePorts(spec);
  const ports = wants ? (old ? planner.updatePorts(old) : planner.createPorts()) : (spec.ports ?? []).map(({ nodePort }) => nodePort);
  const released = old ? releasedPorts(spec, old, ports) : [];
  const needsHealthPort = needsHealthCheck(spec) && !(old && needsHealthCheck(old));
  const healthCheckNodePort = needsHealthPort ? planner.healthCheckPort() : spec.healthCheckNodePort;
  return { ports, healthCheckNodePort, taken: planner.taken, released };
}

export function applyNodePorts(spec: Spec, { ports, healthCheckNodePort }: NodePortPlan): void {
  spec.ports?.forEach((port, i) => {
    const nodePort = ports[i];
    if (nodePort) port.nodePort = nodePort;
  });
  if (healthCheckNodePort) spec.healthCheckNodePort = healthCheckNodePort;
}

/** The ports that a service holds, each once. */
export function heldPorts(spec: Spec): number[] {
  const health = needsHealthCheck(spec) ? (spec.healthCheckNodePort ?? 0) : 0;
  return [...new Set([...nodePortsOf(spec), ...(health > 0 ? [health] : [])])];
}

/** A dry run takes nothing: a port that the user names must be free, others are made up (upstream's begin at 32769). */
export function dryRunTaker(isTaken: (port: number) => boolean): PortTaker {
  const given: number[] = [];
  return {
    take(port) {
      if (isTaken(port) || given.includes(port)) throw new AllocationError('allocated', 'provided port is already allocated');
      given.push(port);
    },
    takeNext() {
      const port = Math.max(FIRST_MADE_UP - 1, ...given) + 1;
      given.push(port);
      return port;
    },
  };
}

const FIRST_MADE_UP = 32_769;

function releasedPorts(spec: Spec, old: Spec, ports: readonly (number | undefined)[]): number[] {
  const held = wantsNodePorts(old) ? nodePortsOf(old) : [];
  const released = wantsNodePorts(spec) ? held.filter((port) => !ports.includes(port)) : held;
  const health = needsHealthCheck(old) && !needsHealthCheck(spec) ? (old.healthCheckNodePort ?? 0) : 0;
  return [...new Set([...released, ...(health ? [health] : [])])];
}

class Planner {
  readonly taken: number[] = [];

  constructor(
    private readonly name: string,
    private readonly spec: Spec,
    private readonly source: PortTaker,
  ) {}

  /** One port number has one node port, whatever its protocols, unless the user gives each its own. */
  createPorts(): (number | undefined)[] {
    const { ports = [] } = this.spec;
    const byPort = new Map<number, number>();
    return ports.map(({ port, nodePort }, i) => {
      if (!nodePort && !getsNodePorts(this.spec)) return undefined;
      const shared = byPort.get(port);
      if (shared === undefined) {
        const wanted = ports.find((other) => other.port === port && other.nodePort)?.nodePort;
        const chosen = wanted ? this.take(wanted, i) : this.takeNext();
        byPort.set(port, chosen);
        return chosen;
      }
      return !nodePort || nodePort === shared ? shared : this.take(nodePort, i);
    });
  }

  updatePorts(old: Spec): (number | undefined)[] {
    const before = nodePortsOf(old);
    const seen = new Set<string>();
    return (this.spec.ports ?? []).map(({ nodePort, protocol = '' }, i) => {
      if (!nodePort && !getsNodePorts(this.spec)) return undefined;
      const isOurs = nodePort && (before.includes(nodePort) || this.taken.includes(nodePort));
      const chosen = !nodePort ? this.takeNext() : isOurs ? nodePort : this.take(nodePort, i);
      const key = `{${protocol} ${chosen}}`;
      if (seen.has(key)) throw new StatusError(500, '', `duplicate nodePort: ${key}`);
      seen.add(key);
      return chosen;
    });
  }

  healthCheckPort(): number {
    const wanted = this.spec.healthCheckNodePort;
    const what = wanted ? `failed to allocate requested HealthCheck NodePort ${wanted}` : 'failed to allocate a HealthCheck NodePort 0';
    return this.from(wanted, (error) => newInternalError(new Error(`${what}: ${error.message}`, { cause: error })));
  }

  private take(port: number, position: number): number {
    const path = FieldPath.of('spec', 'ports').index(position).child('nodePort');
    return this.from(port, (error) => newInvalid(SERVICE_KIND, this.name, [invalid(path, port, error.message)]));
  }

  private takeNext(): number {
    return this.from(undefined, (error) => {
      return newInternalError(new Error(`failed to allocate a nodePort: ${error.message}`, { cause: error }));
    });
  }

  private from(wanted: number | undefined, translate: (error: AllocationError) => StatusError): number {
    try {
      if (wanted) this.source.take(wanted);
      const port = wanted || this.source.takeNext();
      this.taken.push(port);
      return port;
    } catch (error) {
      throw error instanceof AllocationError ? translate(error) : error;
    }
  }
}
