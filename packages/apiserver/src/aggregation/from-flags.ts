import { type Clock, type KeyPair, readKeyPair, reloadKeyPair } from '@typekube/component-base';
import type { MetricsRegistry } from '@typekube/component-base';
import type { AggregatorFlags } from '../config/aggregator-flags';
import type { AggregatorOptions } from './aggregator';
import { aggregationMetrics } from './metrics';

export interface Aggregation {
  readonly options: Pick<AggregatorOptions, 'routing' | 'metrics' | 'identity' | 'rejectsRedirects'>;
  /** Reads the certificate again when it changes; resolves when the signal is aborted. */
  follow(use: (identity: KeyPair) => void, signal: AbortSignal): Promise<void>;
}

export interface AggregationContext {
  readonly clock: Clock;
  readonly metrics: MetricsRegistry;
  readonly log: { error(message: string, error?: unknown): void };
}

/** Fails with a message for the command line. */
export async function aggregationFromFlags(flags: AggregatorFlags, { clock, metrics, log }: AggregationContext): Promise<Aggregation> {
  const { proxyClientCertFile: certFile, proxyClientKeyFile: keyFile, enableAggregatorRouting, aggregatorRejectForwardingRedirect } = flags;
  if (Boolean(certFile) !== Boolean(keyFile)) throw new Error('--proxy-client-cert-file and --proxy-client-key-file must be specified together');
  const files = certFile && keyFile ? { certFile, keyFile } : undefined;
  const identity = files && (await readKeyPair(files));
  if (files && !identity) throw new Error(`--proxy-client-cert-file ${files.certFile} and --proxy-client-key-file ${files.keyFile} must both exist`);
  const onError = (error: unknown): void => log.error('the new certificate of --proxy-client-cert-file cannot be used', error);
  return {
    options: {
      routing: enableAggregatorRouting ? 'endpoints' : 'cluster-ip',
      rejectsRedirects: aggregatorRejectForwardingRedirect,
      metrics: aggregationMetrics(metrics),
      ...(identity && { identity }),
    },
    follow: async (use, signal) => {
      if (files) await reloadKeyPair(files, use, { signal, clock, onError });
    },
  };
}
