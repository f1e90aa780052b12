import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { newInternalError, newNotFound } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import { parseObject } from '../../cache/entry';
import type { ServerCore } from '../../handlers/core';

export interface KubeletOptions {
  /** `--kubelet-client-certificate`, `--kubelet-client-key`, `--kubelet-certificate-authority`: paths. */
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
  readonly certificateAuthority: string | undefined;
  /** `--kubelet-preferred-address-types`. */
  readonly preferredAddressTypes: readonly string[];
}

const DEFAULT_PORT = 10250;

/** How the server reaches kubelets, as upstream's KubeletClient. */
export class KubeletConnection {
  /** Without an authority the kubelet's certificate, which it has signed itself as a rule, is not checked: as upstream. */
  readonly tls: SecureContextOptions & { readonly rejectUnauthorized: boolean };

  constructor(private readonly options: KubeletOptions) {
    const { clientCertificate, clientKey, certificateAuthority } = options;
    this.tls = {
      ...(clientCertificate && { cert: readFileSync(clientCertificate) }),
      ...(clientKey && { key: readFileSync(clientKey) }),
      ...(certificateAuthority && { ca: readFileSync(certificateAuthority) }),
      rejectUnauthorized: certificateAuthority !== undefined,
    };
  }

  /** The root of a node's kubelet: `https://192.0.2.1:10250`. Fails with 404 for an unknown node, with 500 for one without an address. */
  urlOf(nodeName: string, { endpoints }: ServerCore): URL {
    const nodes = endpoints.resource('', 'nodes');
    const entry = nodes.cache.get(nodes.key('', nodeName));
    if (!entry) throw newNotFound(nodes.groupResource, nodeName);
    const { status } = parseObject(entry.bytes) as corev1.Node;
    const addresses = status?.addresses ?? [];
    const preferred = this.options.preferredAddressTypes.flatMap((type) => addresses.find((address) => address.type === type) ?? []);
    const [found] = preferred;
    if (!found) throw newInternalError(new Error(`no preferred addresses found; known addresses: ${JSON.stringify(addresses)}`));
    const host = found.address.includes(':') ? `[${found.address}]` : found.address;
    return new URL(`https://${host}:${status?.daemonEndpoints?.kubeletEndpoint?.Port ?? DEFAULT_PORT}`);
  }
}
