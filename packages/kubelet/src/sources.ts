import type { authenticationv1 } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import {
  type Client,
  configMaps,
  type DeepReadonly,
  Informer,
  type ResourceRef,
  secrets,
  serviceAccounts,
} from '@typekube/client';
import type { Logger } from '@typekube/component-base';
import { nameOf, namespaceOf, type Pod, specOf, uidOf } from './objects';
import type { TokenRequest, VolumeSources } from './volumes/volume';

interface Watched<T extends KubeObject> {
  readonly informer: Informer<T>;
  readonly stop: AbortController;
  readonly users: Set<string>;
}

/** One object of each name that pods refer to, watched as long as some pod does (as upstream's watch based managers). */
class WatchedObjects<T extends KubeObject> {
  private readonly watched = new Map<string, Watched<T>>();

  constructor(
    private readonly client: Client,
    private readonly ref: ResourceRef<T>,
    private readonly options: { readonly log: Logger; readonly onChange: (uids: ReadonlySet<string>) => void },
  ) {}

  /** Undefined where there is none. Waits for the first answer of the server. */
  async get(namespace: string, name: string, uid: string): Promise<DeepReadonly<T> | undefined> {
    const { informer } = this.use(namespace, name, uid);
    await informer.synced(AbortSignal.timeout(FIRST_ANSWER_MILLISECONDS));
    return informer.indexer.get(`${namespace}/${name}`);
  }

  release(uid: string): void {
    for (const [key, { users, stop }] of this.watched) {
      if (!users.delete(uid) || users.size > 0) continue;
      stop.abort();
      this.watched.delete(key);
    }
  }

  close(): void {
    for (const { stop } of this.watched.values()) stop.abort();
    this.watched.clear();
  }

  private use(namespace: string, name: string, uid: string): Watched<T> {
    const key = `${namespace}/${name}`;
    const existing = this.watched.get(key);
    if (existing) {
      existing.users.add(uid);
      return existing;
    }
    const { log, onChange } = this.options;
    const selection = { fieldSelector: `metadata.name=${name}` };
    const informer = new Informer<T>(this.ref, this.client.for(this.ref, namespace), { selection, logger: log });
    const created: Watched<T> = { informer, stop: new AbortController(), users: new Set([uid]) };
    const changed = (): void => onChange(created.users);
    informer.addHandler({ onAdd: (_, initial) => initial || changed(), onUpdate: changed, onDelete: changed });
    this.watched.set(key, created);
    void informer.run(created.stop.signal);
    return created;
  }
}

const FIRST_ANSWER_MILLISECONDS = 10_000;

export interface SourcesOptions {
  readonly client: Client;
  readonly log: Logger;
  /** Something that these pods use has changed. */
  readonly onChange: (uids: ReadonlySet<string>) => void;
}

/** ConfigMaps, Secrets and tokens for pods. */
export class ApiSources {
  private readonly configMaps;
  private readonly secrets;
  private readonly tokens = new Map<string, { readonly token: string; readonly refreshAt: number }>();

  constructor(private readonly options: SourcesOptions) {
    this.configMaps = new WatchedObjects(options.client, configMaps, options);
    this.secrets = new WatchedObjects(options.client, secrets, options);
  }

  /** What a pod reads; what it reads is watched for it until `release`. */
  forPod(pod: Pod): VolumeSources {
    return {
      configMap: async (namespace, name) => {
        const found = await this.configMaps.get(namespace, name, uidOf(pod));
        return found && { ...found.data, ...decoded(found.binaryData) };
      },
      secret: async (namespace, name) => {
        const found = await this.secrets.get(namespace, name, uidOf(pod));
        return found && decoded(found.data);
      },
      serviceAccountToken: (request) => this.token(request),
    };
  }

  release(uid: string): void {
    this.configMaps.release(uid);
    this.secrets.release(uid);
    for (const key of this.tokens.keys()) if (key.startsWith(uid)) this.tokens.delete(key);
  }

  close(): void {
    this.configMaps.close();
    this.secrets.close();
  }

  /** Kept until four fifths of its time are over, as upstream's token manager. */
  private async token({ pod, audience, expirationSeconds }: TokenRequest): Promise<string> {
    const account = specOf(pod).serviceAccountName || 'default';
    const key = [uidOf(pod), account, audience ?? '', expirationSeconds].join('/');
    const kept = this.tokens.get(key);
    if (kept && kept.refreshAt > Date.now()) return kept.token;
    const request: authenticationv1.TokenRequest = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: nameOf(pod), uid: uidOf(pod) },
      },
    };
    const answer = await this.options.client
      .for(serviceAccounts, namespaceOf(pod))
      .createSubresource<authenticationv1.TokenRequest>(account, 'token', request);
    const token = 'spec' in answer ? answer.status?.token : undefined;
    if (!token)
      throw new Error(`failed to fetch token: the API server gave none for the service account ${namespaceOf(pod)}/${account}`);
    this.tokens.set(key, { token, refreshAt: Date.now() + expirationSeconds * 800 });
    return token;
  }
}

function decoded(data: Readonly<Record<string, string>> = {}): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64')]));
}
