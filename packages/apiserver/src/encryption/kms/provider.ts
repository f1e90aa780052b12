import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Timer } from '@typekube/component-base';
import { aesGcm, derivedAesGcm } from '../aes';
import type { Plain, Transformer } from '../transformer';
import type { KmsProvider } from '../transformers';
import type { KmsClient } from './client';
import type { KmsMetrics } from './metrics';
import { checkKeyId, checkKeySource, decodeEncrypted, encodeEncrypted, isKeyId, type KeySource, SEED } from './encrypted-object';

export interface KmsProviderOptions {
  readonly name: string;
  readonly client: KmsClient;
  readonly clock: Clock;
  readonly metrics?: KmsMetrics | undefined;
  readonly onError: (message: string, error: unknown) => void;
}

/** How often the plugin is asked how it is: while it is well, and while it is not (upstream's). */
const WELL_MS = 60_000;
const UNWELL_MS = 10_000;
/** How long what it said is told to those who look at the health of the server (upstream's). */
const WELL_PROBE_MS = 20_000;
const UNWELL_PROBE_MS = 3_000;
/** A seed is written with for so long after the plugin last said that its key is still the present one. */
const SEED_LIFETIME_MS = 3 * 60_000;
const SEED_BYTES = 32;
/** How long the plugin is not asked again for what it could not decrypt: others must not wait for each of its time limits. */
const REFUSED_MS = 3_000;
/** Decrypted seeds that are kept: one for each key id and start of a server. */
const MAX_SEEDS = 1000;

/** The seed that values are encrypted with at present. */
interface WriteState {
  readonly source: KeySource;
  readonly transformer: Transformer;
  expiresAt: number;
}

/**
 * Envelope encryption with a key management plugin (KMS v2). The plugin encrypts a seed, not values: each value has a key derived from the seed, and
 * carries the encrypted seed with it. The plugin is asked again only for a seed that is not known, and when it changes its key.
 */
export class Kms implements KmsProvider {
  readonly name: string;
  private state: WriteState | undefined;
  private problem: Error | undefined = new Error('it has not been asked yet');
  private timer: Timer | undefined;
  private isStopped = false;
  private toldAt = -Infinity;
  private refreshing: Promise<void> | undefined;
  private readonly seeds = new Map<string, Transformer>();
  private readonly asked = new Map<string, Promise<Transformer>>();
  /** Seeds that the plugin could not decrypt a moment ago. */
  private readonly refused = new Map<string, { readonly error: Error; readonly until: number }>();

  constructor(private readonly options: KmsProviderOptions) {
    this.name = options.name;
  }

  /** Asks the plugin from now on. One that is not well yet is asked again soon: it may come up after the server. */
  async start(): Promise<void> {
    await this.refresh();
    this.schedule();
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
    this.options.client.close();
  }

  check(): void {
    if (this.problem) throw new Error(`the KMS provider ${this.name} is not healthy: ${this.problem.message}`, { cause: this.problem });
  }

  /** As `check`, for health endpoints: the plugin is asked where what it said last is not from just now. */
  async probe(): Promise<void> {
    const age = this.options.clock.monotonic() - this.toldAt;
    if (age >= (this.problem ? UNWELL_PROBE_MS : WELL_PROBE_MS)) await this.refresh();
    this.check();
  }

  write(value: Buffer, key: string): Buffer {
    const { state } = this;
    if (!state) throw new Error(`the KMS provider ${this.name} has given no key yet`);
    if (this.options.clock.monotonic() > state.expiresAt) {
      throw new Error(`the key of the KMS provider ${this.name} has not been confirmed for too long`);
    }
    const data = state.transformer.write(value, key) as Buffer;
    this.options.metrics?.used('to_storage', this.name, state.source.keyID);
    return encodeEncrypted(state.source, data);
  }

  read(stored: Buffer, key: string): Plain | Promise<Plain> {
    const object = decodeEncrypted(stored);
    const data = Buffer.from(object.encryptedData);
    const open = (transformer: Transformer): Plain => {
      const { value } = transformer.read(data, key) as Plain;
      this.options.metrics?.used('from_storage', this.name, object.keyID);
      return { value, isStale: this.isStale(object) };
    };
    const id = idOf(object);
    const known = this.seeds.get(id);
    return known ? open(known) : this.ask(id, object).then(open);
  }

  private isStale({ keyID, encryptedDEKSourceType }: KeySource): boolean {
    return keyID !== this.state?.source.keyID || encryptedDEKSourceType !== SEED;
  }

  /** Has the plugin decrypt a seed; once for all that wait for it. */
  private ask(id: string, source: KeySource): Promise<Transformer> {
    const refusal = this.refused.get(id);
    if (refusal && this.options.clock.monotonic() < refusal.until) return Promise.reject(refusal.error);
    let answer = this.asked.get(id);
    if (!answer) {
      answer = this.decrypt(id, source).finally(() => this.asked.delete(id));
      this.asked.set(id, answer);
    }
    return answer;
  }

  private async decrypt(id: string, { encryptedDEKSource: ciphertext, keyID: keyId, annotations, encryptedDEKSourceType }: KeySource): Promise<Transformer> {
    try {
      const { plaintext } = await this.options.client.decrypt({ ciphertext, keyId, annotations }, randomUUID());
      const key = Buffer.from(plaintext);
      const transformer = encryptedDEKSourceType === SEED ? derivedAesGcm(key) : aesGcm(key);
      this.remember(id, transformer);
      this.refused.delete(id);
      return transformer;
    } catch (cause) {
      const error = new Error(`failed to decrypt DEK, error: ${(cause as Error).message}`, { cause });
      if (this.refused.size >= MAX_SEEDS) this.refused.clear();
      this.refused.set(id, { error, until: this.options.clock.monotonic() + REFUSED_MS });
      throw error;
    }
  }

  private remember(id: string, transformer: Transformer): void {
    this.seeds.delete(id);
    this.seeds.set(id, transformer);
    const [oldest] = this.seeds.keys();
    if (this.seeds.size > MAX_SEEDS && oldest !== undefined) this.seeds.delete(oldest);
    this.options.metrics?.keepsSeeds(this.name, this.seeds.size);
  }

  private schedule(): void {
    if (this.isStopped) return;
    this.timer = this.options.clock.after(this.problem ? UNWELL_MS : WELL_MS, () => {
      void this.refresh().then(() => this.schedule());
    });
  }

  /** Asks the plugin how it is, and takes a new seed when it has changed its key; once for all who want to know at the time. Does not fail. */
  private refresh(): Promise<void> {
    return (this.refreshing ??= this.askStatus().finally(() => {
      this.toldAt = this.options.clock.monotonic();
      this.refreshing = undefined;
    }));
  }

  private async askStatus(): Promise<void> {
    const { client, clock, metrics, onError } = this.options;
    try {
      const { version, healthz, keyId } = await client.status();
      if (version !== 'v2' && version !== 'v2beta1') throw new Error(`expected KMSv2 API version v2, got ${version}`);
      if (healthz !== 'ok') throw new Error(`got unexpected healthz status: ${healthz}`);
      if (!isKeyId(keyId)) metrics?.toldInvalid(this.name, keyId ? 'too_long' : 'empty');
      checkKeyId(keyId);
      metrics?.told(this.name, keyId);
      if (this.state?.source.keyID === keyId) this.state.expiresAt = clock.monotonic() + SEED_LIFETIME_MS;
      else this.state = await this.makeSeed();
      this.problem = undefined;
    } catch (error) {
      this.problem = error as Error;
      if (!this.isStopped) onError(`the KMS provider ${this.name} is not healthy`, error);
    }
  }

  private async makeSeed(): Promise<WriteState> {
    const seed = randomBytes(SEED_BYTES);
    const { ciphertext, keyId, annotations } = await this.options.client.encrypt(seed, randomUUID());
    const source: KeySource = { keyID: keyId, encryptedDEKSource: ciphertext, annotations, encryptedDEKSourceType: SEED };
    checkKeySource(source);
    const transformer = derivedAesGcm(seed);
    this.remember(idOf(source), transformer);
    return { source, transformer, expiresAt: this.options.clock.monotonic() + SEED_LIFETIME_MS };
  }
}

/** Names a seed: all that the plugin gets to decrypt it. */
function idOf({ keyID, encryptedDEKSource, annotations, encryptedDEKSourceType }: KeySource): string {
  const hash = createHash('sha256').update(JSON.stringify([encryptedDEKSourceType, keyID])).update(encryptedDEKSource);
  for (const name of Object.keys(annotations).sort()) hash.update(JSON.stringify([name, Buffer.from(annotations[name] ?? []).toString('base64')]));
  return hash.digest('base64');
}
