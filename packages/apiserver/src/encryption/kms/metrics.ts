import { type BucketCounts, type CountedHistogram, exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';
import { metricHash, serverIdentity } from '../../config/server-identity';

const PREFIX = 'apiserver_envelope_encryption';

/** Names of gRPC's codes as Go writes them, by their number. */
const GRPC_CODES = [
  'OK', 'Canceled', 'Unknown', 'InvalidArgument', 'DeadlineExceeded', 'NotFound', 'AlreadyExists', 'PermissionDenied', 'ResourceExhausted',
  'FailedPrecondition', 'Aborted', 'OutOfRange', 'Unimplemented', 'Internal', 'Unavailable', 'DataLoss', 'Unauthenticated',
];

/** A plugin may change its key ever so often: so many keys are shown, those used last (upstream's cacheSize). */
const MAX_KEYS = 10;

export type Direction = 'from_storage' | 'to_storage';

interface Use {
  readonly labels: { readonly transformation_type: Direction; readonly provider_name: string; readonly key_id_hash: string; readonly apiserver_id_hash: string };
  count: number;
  /** Seconds since 1970. */
  last: number;
}

interface Seen {
  readonly labels: { readonly provider_name: string; readonly key_id_hash: string; readonly apiserver_id_hash: string };
  last: number;
}

/** Metrics of key management plugins with upstream's names. Of keys they have hashes alone. */
export class KmsMetrics {
  private readonly uses = new Map<string, Use>();
  private readonly seen = new Map<string, Seen>();
  private readonly seeds = new Map<string, number>();
  private readonly latencies: CountedHistogram<'provider_name' | 'method_name' | 'grpc_status_code'>;
  private readonly onInvalidKey: (provider: string, error: 'empty' | 'too_long') => void;
  private readonly server = metricHash(serverIdentity());

  constructor(registry: MetricsRegistry) {
    this.latencies = registry.countedHistogram({
      name: `${PREFIX}_kms_operations_latency_seconds`,
      help: 'KMS operation duration with gRPC error code status total.',
      labelNames: ['provider_name', 'method_name', 'grpc_status_code'],
      buckets: exponentialBuckets(0.0001, 2, 20),
    });
    const invalid = registry.counter({
      name: `${PREFIX}_invalid_key_id_from_status_total`,
      help: 'Number of times an invalid keyID is returned by the Status RPC call split by error.',
      labelNames: ['provider_name', 'error'],
    });
    this.onInvalidKey = (provider_name, error) => invalid.inc({ provider_name, error });
    this.addKeyMetrics(registry);
    registry.gauge({
      name: `${PREFIX}_dek_source_cache_size`,
      help: 'Number of records in data encryption key (DEK) source cache. On a restart, this value is an approximation of the number of decrypt RPC calls the server will make to the KMS plugin.',
      labelNames: ['provider_name'],
      collect: (gauge) => {
        for (const [provider_name, count] of this.seeds) gauge.set({ provider_name }, count);
      },
    });
  }

  /** A call has been answered, or has failed with gRPC's code. */
  called(provider: string, method: string, seconds: number, code = 0): void {
    this.latency(provider, method, GRPC_CODES[code] ?? 'Unknown').observe(seconds);
  }

  /** A value was read or written with a key. */
  used(direction: Direction, provider: string, keyId: string): void {
    const key = `${direction} ${provider} ${keyId}`;
    const known = this.uses.get(key);
    const use = known ?? {
      labels: { transformation_type: direction, provider_name: provider, key_id_hash: metricHash(keyId), apiserver_id_hash: this.server },
      count: 0,
      last: 0,
    };
    use.count += 1;
    use.last = Date.now() / 1000;
    if (!known) keep(this.uses, key, use);
  }

  /** The plugin has said which key is its present one. */
  told(provider: string, keyId: string): void {
    const key = `${provider} ${keyId}`;
    const labels = { provider_name: provider, key_id_hash: metricHash(keyId), apiserver_id_hash: this.server };
    keep(this.seen, key, { labels, last: Date.now() / 1000 });
  }

  toldInvalid(provider: string, error: 'empty' | 'too_long'): void {
    this.onInvalidKey(provider, error);
  }

  keepsSeeds(provider: string, count: number): void {
    this.seeds.set(provider, count);
  }

  private latency(provider_name: string, method_name: string, grpc_status_code: string): BucketCounts {
    return this.latencies.labels({ provider_name, method_name, grpc_status_code });
  }

  private addKeyMetrics(registry: MetricsRegistry): void {
    registry.counter({
      name: `${PREFIX}_key_id_hash_total`,
      help: 'Number of times a keyID is used split by transformation type, provider, and apiserver identity.',
      labelNames: ['transformation_type', 'provider_name', 'key_id_hash', 'apiserver_id_hash'],
      collect: (counter) => {
        for (const { labels, count } of this.uses.values()) counter.inc(labels, count);
      },
    });
    registry.gauge({
      name: `${PREFIX}_key_id_hash_last_timestamp_seconds`,
      help: 'The last time in seconds when a keyID was used.',
      labelNames: ['transformation_type', 'provider_name', 'key_id_hash', 'apiserver_id_hash'],
      collect: (gauge) => {
        gauge.reset();
        for (const { labels, last } of this.uses.values()) gauge.set(labels, last);
      },
    });
    registry.gauge({
      name: `${PREFIX}_key_id_hash_status_last_timestamp_seconds`,
      help: 'The last time in seconds when a keyID was returned by the Status RPC call.',
      labelNames: ['provider_name', 'key_id_hash', 'apiserver_id_hash'],
      collect: (gauge) => {
        gauge.reset();
        for (const { labels, last } of this.seen.values()) gauge.set(labels, last);
      },
    });
  }
}

/** The oldest goes where there are too many. */
function keep<T>(all: Map<string, T>, key: string, value: T): void {
  all.delete(key);
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > MAX_KEYS && oldest !== undefined) all.delete(oldest);
}
