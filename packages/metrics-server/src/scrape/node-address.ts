import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';

export interface AddressOptions {
  /** Types of addresses; the first that a node has is taken. */
  readonly types: readonly string[];
  readonly port: number;
  /** Whether the port in the node's status is taken where there is one. */
  readonly useStatusPort: boolean;
}

/** Where a node's kubelet is to be asked: `https://10.0.0.1:10250`. Throws where no address is of a type wanted. */
export function kubeletUrl({ status }: DeepReadonly<corev1.Node>, { types, port, useStatusPort }: AddressOptions): string {
  const addresses = status?.addresses ?? [];
  const found = types.map((type) => addresses.find((address) => address.type === type)).find((address) => address !== undefined);
  if (!found) throw new Error(`no address matched types [${types.join(' ')}]`);
  const host = found.address.includes(':') ? `[${found.address}]` : found.address;
  const statusPort = useStatusPort ? status?.daemonEndpoints?.kubeletEndpoint?.Port : undefined;
  return `https://${host}:${statusPort || port}`;
}
