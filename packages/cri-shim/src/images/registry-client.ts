import type { IncomingMessage } from 'node:http';
import { status } from '@grpc/grpc-js';
import { causeOf, detailsOf, RpcError } from '../errors';
import { httpGet, readAtMost } from './http-get';
import type { ImageReference } from './reference';
import { MEDIA } from './oci';

export interface RegistryAuth {
  readonly username: string;
  readonly password: string;
  /** A token for the registry itself. */
  readonly registryToken: string;
}

export interface FetchedManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

const MANIFEST_TYPES = [MEDIA.dockerManifest, MEDIA.dockerList, MEDIA.ociManifest, MEDIA.ociIndex].join(', ');

/** A registry that is silent for so long holds up the pulls behind this one no longer. */
const IDLE_MS = 60_000;

const MAX_MANIFEST_BYTES = 4 << 20;
const MAX_TOKEN_BYTES = 1 << 20;

/** Reads from an OCI registry (the distribution specification), with Basic or Bearer authentication as it asks. */
export class RegistryClient {
  private authorization: string | undefined;

  constructor(
    private readonly reference: ImageReference,
    private readonly auth: RegistryAuth | undefined,
    private readonly signal: AbortSignal,
  ) {
    if (auth?.registryToken) this.authorization = `Bearer ${auth.registryToken}`;
  }

  async manifest(tagOrDigest: string): Promise<FetchedManifest> {
    const response = await this.get(`manifests/${tagOrDigest}`, MANIFEST_TYPES);
    const bytes = await readAtMost(response, MAX_MANIFEST_BYTES);
    const declared = response.headers['content-type']?.split(';', 1)[0];
    return { bytes, mediaType: declared ?? MEDIA.ociManifest };
  }

  async blob(digest: string): Promise<AsyncIterable<Buffer>> {
    return this.get(`blobs/${digest}`, '*/*');
  }

  private async get(path: string, accept: string): Promise<IncomingMessage> {
    const url = `${baseUrl(this.reference.registry)}/v2/${this.reference.repository}/${path}`;
    let response = await this.request(url, accept);
    if (response.statusCode === 401) {
      response.destroy();
      this.authorization = await this.authorize(response.headers['www-authenticate'] ?? '');
      response = await this.request(url, accept);
    }
    if (response.statusCode !== 200) throw this.refusal(url, response);
    return response;
  }

  private async request(url: string, accept: string): Promise<IncomingMessage> {
    try {
      const headers = { accept, ...(this.authorization && { authorization: this.authorization }) };
      return await httpGet(url, { headers, signal: this.signal, idleMs: IDLE_MS });
    } catch (error) {
      throw new RpcError(status.UNKNOWN, `${this.prefix()}: failed to do request: Get "${url}": ${detailsOf(causeOf(error))}`, error);
    }
  }

  private prefix(): string {
    const { registry, repository, tag, digest } = this.reference;
    const name = `${registry}/${repository}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`}`;
    return `failed to pull and unpack image "${name}": failed to resolve reference "${name}"`;
  }

  private refusal(url: string, response: IncomingMessage): RpcError {
    const { statusCode, statusMessage } = response;
    response.destroy();
    if (statusCode === 404) return new RpcError(status.NOT_FOUND, `${this.prefix()}: ${url}: not found`);
    if (statusCode === 401 || statusCode === 403) {
      const why = 'pull access denied, repository does not exist or may require authorization';
      return new RpcError(status.UNKNOWN, `${this.prefix()}: ${why}: server message: ${statusCode} ${statusMessage}`);
    }
    return new RpcError(status.UNKNOWN, `${this.prefix()}: unexpected status code ${url}: ${statusCode} ${statusMessage}`);
  }

  /** Answers a challenge: `Basic`, or `Bearer realm=…,service=…,scope=…` by a token from the realm. */
  private async authorize(challenge: string): Promise<string | undefined> {
    const basic = this.auth?.username ? `Basic ${Buffer.from(`${this.auth.username}:${this.auth.password}`).toString('base64')}` : undefined;
    const [, scheme = '', rest = ''] = /^(\w+)\s*(.*)$/s.exec(challenge) ?? [];
    if (scheme.toLowerCase() !== 'bearer') return basic;
    const parameters = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]));
    const url = new URL(parameters['realm'] ?? '');
    if (parameters['service']) url.searchParams.set('service', parameters['service']);
    url.searchParams.set('scope', parameters['scope'] ?? `repository:${this.reference.repository}:pull`);
    const response = await httpGet(String(url), { headers: basic ? { authorization: basic } : {}, signal: this.signal, idleMs: IDLE_MS });
    if (response.statusCode !== 200) throw this.refusal(String(url), response);
    const body: { token?: string; access_token?: string } = JSON.parse((await readAtMost(response, MAX_TOKEN_BYTES)).toString());
    return `Bearer ${body.token ?? body.access_token ?? ''}`;
  }
}

/** Registries on this machine speak plain HTTP, as Docker and containerd take it. */
function baseUrl(registry: string): string {
  if (registry === 'docker.io') return 'https://registry-1.docker.io';
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(registry);
  return `${isLocal ? 'http' : 'https'}://${registry}`;
}
