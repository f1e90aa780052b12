import { parseGoDuration } from '@typekube/component-base';
import { aesCbc, aesGcm } from './aes';
import type { EncryptionConfiguration, KmsConfiguration, ProviderConfiguration } from './config';
import { formatGroupResource, type GroupResource, parseGroupResource, resourceOfKey } from './group-resource';
import { secretbox } from './secretbox';
import { byPrefix, identity, type PrefixedTransformer, type Transformer } from './transformer';

/** A key management plugin in use. */
export interface KmsProvider extends Transformer {
  readonly name: string;
  /** Resolves when its plugin has been asked for the first time, whatever it has answered. */
  start(): Promise<void>;
  stop(): void;
  /** Throws if it is not well. */
  check(): void;
  /** The same for health endpoints: the plugin is asked where it was not just now. */
  probe(): Promise<void>;
}

export type OpenKms = (config: { readonly name: string; readonly endpoint: string; readonly timeoutMs: number }) => KmsProvider;

/** The transformers of a configuration. */
export class Transformers {
  readonly kms: KmsProvider[] = [];
  private readonly byName = new Map<string, PrefixedTransformer[]>();
  private readonly ready = new Map<string, Transformer>();

  /** Fails if a resource is named where an earlier rule has it already. */
  constructor({ resources = [] }: EncryptionConfiguration, openKms: OpenKms) {
    for (const { resources: names = [], providers = [] } of resources) {
      const prefixed = providers.map((provider) => this.make(provider, openKms));
      for (const name of names) this.add(parseGroupResource(name), prefixed);
    }
    for (const [name, list] of this.byName) this.ready.set(name, byPrefix(list, 'no matching prefix found'));
  }

  /** Undefined for what is not encrypted. */
  of(key: string): Transformer | undefined {
    const resource = resourceOfKey(key);
    if (!resource) return undefined;
    return this.ready.get(formatGroupResource(resource)) ?? this.ready.get(nameOfAll(resource.group)) ?? this.ready.get(EVERYTHING);
  }

  async start(): Promise<void> {
    await Promise.all(this.kms.map((provider) => provider.start()));
  }

  /** Throws if a key management plugin is not well. */
  check(): void {
    for (const provider of this.kms) provider.check();
  }

  async probe(): Promise<void> {
    await Promise.all(this.kms.map((provider) => provider.probe()));
  }

  stop(): void {
    for (const provider of this.kms) provider.stop();
  }

  private add(resource: GroupResource, prefixed: readonly PrefixedTransformer[]): void {
    const name = resource.resource === '*' ? (resource.group === '*' ? EVERYTHING : nameOfAll(resource.group)) : formatGroupResource(resource);
    for (const mask of [nameOfAll(resource.group), EVERYTHING]) {
      if (this.byName.has(mask)) throw new Error(`resource ${JSON.stringify(formatGroupResource(resource))} is masked by earlier rule ${JSON.stringify(mask)}`);
    }
    this.byName.set(name, [...(this.byName.get(name) ?? []), ...prefixed]);
  }

  private make({ kms, aescbc, aesgcm, secretbox: box }: ProviderConfiguration, openKms: OpenKms): PrefixedTransformer {
    if (aescbc) return keyed({ kind: 'aescbc', family: 'AES' }, aescbc.keys, aesCbc);
    if (aesgcm) return keyed({ kind: 'aesgcm', family: 'AES' }, aesgcm.keys, aesGcm);
    if (box) return keyed({ kind: 'secretbox', family: 'Secretbox' }, box.keys, secretbox);
    if (kms) return this.makeKms(kms, openKms);
    return { prefix: Buffer.alloc(0), transformer: identity };
  }

  private makeKms({ name = '', endpoint = '', timeout = '3s' }: KmsConfiguration, openKms: OpenKms): PrefixedTransformer {
    const transformer = openKms({ name, endpoint, timeoutMs: parseGoDuration(timeout) });
    this.kms.push(transformer);
    return { prefix: Buffer.from(`k8s:enc:kms:v2:${name}:`), transformer };
  }
}

const EVERYTHING = '*.*';

function nameOfAll(group: string): string {
  return `*.${group}`;
}

type Keys = NonNullable<ProviderConfiguration['aescbc']>['keys'];

/** Each key's name stands before what it has encrypted. */
function keyed({ kind, family }: { kind: string; family: string }, keys: Keys = [], make: (key: Buffer) => Transformer): PrefixedTransformer {
  const transformers = keys.map(({ name = '', secret = '' }) => ({ prefix: Buffer.from(`${name}:`), transformer: make(Buffer.from(secret, 'base64')) }));
  return { prefix: Buffer.from(`k8s:enc:${kind}:v1:`), transformer: byPrefix(transformers, `no matching key was found for the provided ${family} transformer`) };
}
