import type { Clock, HealthCheck, MetricsRegistry } from '@typekube/component-base';
import type { Store } from '@typekube/storage';
import type { ServerOptions } from '../config/flags';
import { encryptStore } from './encrypted-store';
import type { EncryptionOptions } from './encryption';
import { KmsMetrics } from './kms/metrics';

/** A store as the flags want it. */
export interface StoreAtRest {
  readonly store: Store;
  /** Whether a value is to be written anew although it has not changed; absent where nothing is encrypted. */
  readonly isStale?: (key: string) => Promise<boolean>;
  readonly healthChecks: readonly HealthCheck[];
  stop(): void;
}

/** The store itself, or one that encrypts. Fails with a message for the command line. */
export async function encryptFromFlags(
  { encryptionProviderConfig: path, encryptionProviderConfigAutomaticReload: reload }: ServerOptions['encryption'],
  store: Store,
  { clock, log, onReload, metrics: registry }: { readonly clock: Clock; readonly metrics: MetricsRegistry } & Pick<EncryptionOptions, 'log' | 'onReload'>,
): Promise<StoreAtRest> {
  if (!path && reload) throw new Error('--encryption-provider-config-automatic-reload must be set with --encryption-provider-config');
  if (!path) return { store, healthChecks: [], stop: () => undefined };
  // Loaded only where something is encrypted: with it come gRPC's messages.
  const { Encryption } = require('./encryption') as typeof import('./encryption');
  const encryption = await Encryption.start({ path, reload, clock, log, onReload, metrics: new KmsMetrics(registry) });
  const encrypted = encryptStore(store, { transformerOf: (key) => encryption.transformerOf(key) });
  return { store: encrypted, isStale: (key) => encrypted.isStale(key), healthChecks: encryption.healthChecks, stop: () => encryption.stop() };
}
