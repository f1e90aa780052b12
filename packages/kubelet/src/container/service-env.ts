import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';

type Service = DeepReadonly<corev1.Service>;

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/** The variables that tell of services, as links of Docker did (envvars.FromServices): `WEB_SERVICE_HOST`, `WEB_PORT_80_TCP_ADDR`. */
export function serviceVariables(services: readonly Service[]): EnvironmentVariable[] {
  return services.filter(hasAddress).flatMap((service) => {
    const { clusterIP: address = '', ports = [] } = service.spec ?? {};
    const prefix = variableName(service.metadata.name ?? '');
    const first = ports[0];
    if (!first) return [];
    return [
      { name: `${prefix}_SERVICE_HOST`, value: address },
      { name: `${prefix}_SERVICE_PORT`, value: String(first.port) },
      ...ports.flatMap(({ name, port }) =>
        name ? [{ name: `${prefix}_SERVICE_PORT_${variableName(name)}`, value: String(port) }] : [],
      ),
      ...linkVariables(prefix, address, ports),
    ];
  });
}

function hasAddress({ spec }: Service): boolean {
  return Boolean(spec?.clusterIP) && spec?.clusterIP !== 'None' && spec?.type !== 'ExternalName';
}

type Ports = NonNullable<NonNullable<Service['spec']>['ports']>;

function linkVariables(prefix: string, address: string, ports: Ports): EnvironmentVariable[] {
  const host = address.includes(':') ? `[${address}]` : address;
  return ports.flatMap(({ port, protocol = 'TCP' }, index) => {
    const lower = protocol.toLowerCase();
    const url = `${lower}://${host}:${port}`;
    const portPrefix = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    return [
      ...(index === 0 ? [{ name: `${prefix}_PORT`, value: url }] : []),
      { name: portPrefix, value: url },
      { name: `${portPrefix}_PROTO`, value: lower },
      { name: `${portPrefix}_PORT`, value: String(port) },
      { name: `${portPrefix}_ADDR`, value: address },
    ];
  });
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}

/** The services a pod is told of: those of its namespace if it wants, and the API server always (getServiceEnvVarMap). */
export function servicesFor(services: readonly Service[], namespace: string, enableServiceLinks: boolean): Service[] {
  const isMaster = ({ metadata }: Service): boolean => metadata.namespace === 'default' && metadata.name === 'kubernetes';
  const own = services.filter(({ metadata }) => enableServiceLinks && metadata.namespace === namespace);
  return [...services.filter((service) => isMaster(service) && !own.includes(service)), ...own];
}
