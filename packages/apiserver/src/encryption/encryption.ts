import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock, HealthCheck, Timer } from '@typekube/component-base';
import type { OnReload } from '../config/reload-metrics';
import { parseEncryptionConfig } from './config';
import { openKmsClient } from './kms/client';
import type { KmsMetrics } from './kms/metrics';
import { Kms } from './kms/provider';
import { Transformers } from './transformers';
import type { Transformer } from './transformer';

export interface EncryptionOptions {
  readonly path: string;
  /** Whether changes of the file are taken over. */
  readonly reload: boolean;
  readonly clock: Clock;
  readonly onReload?: OnReload | undefined;
  readonly metrics?: KmsMetrics | undefined;
  readonly log: { info(message: string): void; error(message: string, error?: unknown): void };
}

/** How often the file is looked at, and how long what it said before is kept for what is under way (upstream's minute). */
const RELOAD_MS = 60_000;

/** Encryption at rest by the file of `--encryption-provider-config`. */
export class Encryption {
  private timer: Timer | undefined;
  /** What was in use before, and for how long it is kept. */
  private readonly retired = new Map<Transformers, Timer>();
  private isStopped = false;

  private constructor(
    private readonly options: EncryptionOptions,
    private current: Transformers,
    private seen: string,
  ) {}

  /** Fails if the file cannot be used. A key management plugin may come up later: until then the health checks say so. */
  static async start(options: EncryptionOptions): Promise<Encryption> {
    const text = await readFile(options.path, 'utf8');
    const encryption = new Encryption(options, await open(text, options), hashOf(text));
    encryption.schedule();
    return encryption;
  }

  /** The transformer of what lies at a key of the store, at present. */
  transformerOf(key: string): Transformer | undefined {
    return this.current.of(key);
  }

  /** Checks of the key management plugins, with upstream's names. */
  get healthChecks(): HealthCheck[] {
    if (this.options.reload) return [{ name: 'kms-providers', check: () => this.current.probe() }];
    return this.current.kms.map((provider, i) => ({ name: `kms-provider-${i}`, check: () => provider.probe() }));
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
    this.current.stop();
    for (const [before, timer] of this.retired) {
      timer.cancel();
      before.stop();
    }
    this.retired.clear();
  }

  /** Takes over a changed file; one that cannot be used, or whose plugins are not well, changes nothing. */
  async reloadNow(): Promise<void> {
    const { path, log, onReload } = this.options;
    try {
      const text = await readFile(path, 'utf8');
      if (hashOf(text) === this.seen) return;
      const next = await openHealthy(text, this.options);
      // The server has ended meanwhile.
      if (this.isStopped) return next.stop();
      this.retire(this.current);
      this.current = next;
      this.seen = hashOf(text);
      log.info('the encryption configuration has been reloaded');
      onReload?.('success');
    } catch (error) {
      log.error('the changed encryption configuration cannot be used', error);
      onReload?.('failure');
    }
  }

  private retire(before: Transformers): void {
    const end = (): void => {
      this.retired.delete(before);
      before.stop();
    };
    this.retired.set(before, this.options.clock.after(RELOAD_MS, end));
  }

  private schedule(): void {
    if (!this.options.reload || this.isStopped) return;
    this.timer = this.options.clock.after(RELOAD_MS, () => void this.reloadNow().then(() => this.schedule()));
  }
}

async function open(text: string, { clock, log, metrics }: EncryptionOptions): Promise<Transformers> {
  const transformers = new Transformers(await parseEncryptionConfig(text), ({ name, endpoint, timeoutMs }) => {
    const client = openKmsClient(endpoint, timeoutMs, (method, seconds, code) => metrics?.called(name, method, seconds, code));
    return new Kms({ name, client, clock, metrics, onError: (message, error) => log.error(message, error) });
  });
  await transformers.start();
  return transformers;
}

/** What takes the place of something that works must work. */
async function openHealthy(text: string, options: EncryptionOptions): Promise<Transformers> {
  const transformers = await open(text, options);
  try {
    transformers.check();
  } catch (error) {
    transformers.stop();
    throw error;
  }
  return transformers;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
