import type { corev1 } from '@typekube/api';
import { type ClientConfig, type DeepReadonly, Transport } from '@typekube/client';
import type { Clock } from '@typekube/component-base';
import type { MetricsServerFlags } from '../config/flags';
import { decodeScrape, type NodeScrape } from './decode';
import { type AddressOptions, kubeletUrl } from './node-address';

export interface KubeletClientOptions {
  /** Without the server: who we are, and whom we believe. */
  readonly config: ClientConfig;
  readonly address: AddressOptions;
  readonly timeoutMilliseconds: number;
  readonly clock: Clock;
}

/** More than any node's metrics: a thousand pods of ten containers are 5 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Asks kubelets, over connections that are kept from one scrape to the next. */
export class KubeletClient {
  private readonly transports = new Map<string, { readonly url: string; readonly transport: Transport }>();

  constructor(private readonly options: KubeletClientOptions) {}

  /** What a node and its pods have used. Rejects where it is not told in time. */
  async scrape(node: DeepReadonly<corev1.Node>, signal: AbortSignal): Promise<NodeScrape> {
    const { clock, timeoutMilliseconds, address } = this.options;
    const transport = this.transport(node.metadata.name ?? '', kubeletUrl(node, address));
    const timeout = new AbortController();
    const timer = clock.after(timeoutMilliseconds, () => timeout.abort(new Error(`the kubelet did not answer within ${timeoutMilliseconds} ms`)));
    const now = clock.now();
    try {
      return decodeScrape(await read(transport, AbortSignal.any([signal, timeout.signal])), now);
    } finally {
      timer.cancel();
    }
  }

  /** Gives up the connections to all other nodes. */
  retain(names: ReadonlySet<string>): void {
    for (const name of this.transports.keys()) if (!names.has(name)) this.forget(name);
  }

  close(): void {
    this.retain(new Set());
  }

  private transport(name: string, url: string): Transport {
    const known = this.transports.get(name);
    if (known?.url === url) return known.transport;
    this.forget(name);
    const { config, timeoutMilliseconds } = this.options;
    const transport = new Transport({ ...config, server: url }, { component: 'metrics-server', timeoutMilliseconds });
    this.transports.set(name, { url, transport });
    return transport;
  }

  private forget(name: string): void {
    this.transports.get(name)?.transport.close();
    this.transports.delete(name);
  }
}

async function read(transport: Transport, signal: AbortSignal): Promise<string> {
  const { body, isTruncated } = await transport.stream({ method: 'GET', path: '/metrics/resource', headers: { accept: 'text/plain;version=0.0.4,*/*;q=0.1' }, signal });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('a response body must be read as bytes');
      size += chunk.length;
      if (size > MAX_BYTES) throw new Error(`the kubelet's answer is longer than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
  } finally {
    body.destroy();
  }
  signal.throwIfAborted();
  if (isTruncated()) throw new Error("the kubelet's answer broke off");
  return Buffer.concat(chunks).toString('utf8');
}

/** Kubelets are asked with what the API server is asked with, but for what the flags say. */
export function kubeletConfig(api: ClientConfig, flags: MetricsServerFlags['kubelet']): ClientConfig {
  const { kubeletInsecureTls: insecure, kubeletCertificateAuthority: ca, kubeletClientCertificate: certificate, kubeletClientKey: key } = flags;
  const { serverName: _, ...own } = api.tls;
  const { ca: apiCa, ...rest } = own;
  const believed = ca ? { file: ca } : apiCa;
  return {
    ...api,
    tls: {
      ...rest,
      insecure: insecure || (api.tls.insecure && !ca),
      ...(believed && !insecure && { ca: believed }),
      ...(certificate && key && { certificate: { file: certificate }, key: { file: key } }),
    },
  };
}
