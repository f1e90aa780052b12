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
import { systemClock, type Logger } from '@typekube/component-base';
import { nameOf, namespaceOf, type Pod, specOf, uidOf } from './objects';
import { ClaimedVolumes } from './volumes/claims';
import { type IssuedToken, PodTokens } from './volumes/pod-tokens';
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
  private readonly tokens: PodTokens;
  private readonly claimed: ClaimedVolumes;

  constructor(private readonly options: SourcesOptions) {
    this.configMaps = new WatchedObjects(options.client, configMaps, options);
    this.secrets = new WatchedObjects(options.client, secrets, options);
    this.claimed = new ClaimedVolumes(options.client);
    this.tokens = new PodTokens({
      issue: (request) => this.issue(request),
      onDue: (uid) => options.onChange(new Set([uid])),
      clock: systemClock,
      log: options.log,
    });
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
      serviceAccountToken: (request) => this.tokens.get(request, accountOf(request.pod)),
      claimedVolume: (claim) => this.claimed.get(claim, uidOf(pod)),
    };
  }

  release(uid: string): void {
    this.configMaps.release(uid);
    this.secrets.release(uid);
    this.tokens.release(uid);
    this.claimed.release(uid);
  }

  close(): void {
    this.configMaps.close();
    this.secrets.close();
    this.tokens.close();
  }

  /** Asks the API server for a token that is bound to the pod. */
  private async issue({ pod, audience, expirationSeconds }: TokenRequest): Promise<IssuedToken> {
    const account = accountOf(pod);
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
    const { token, expirationTimestamp } = ('spec' in answer && answer.status) || {};
    if (!token || !expirationTimestamp) {
      throw new Error(`failed to fetch token: the API server gave none for the service account ${namespaceOf(pod)}/${account}`);
    }
    const expiresAt = Date.parse(expirationTimestamp);
    const seconds = ('spec' in answer && answer.spec?.expirationSeconds) || expirationSeconds;
    return { token, issuedAt: expiresAt - seconds * 1000, expiresAt };
  }
}

/** Upstream's rule: a pod that names no account is of the default one. */
function accountOf(pod: Pod): string {
  return specOf(pod).serviceAccountName || 'default';
}

function decoded(data: Readonly<Record<string, string>> = {}): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64')]));
}
