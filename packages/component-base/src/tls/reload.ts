import { stat } from 'node:fs/promises';
import type { Clock } from '../clock';
import { sleep, systemClock } from '../clock';
import { isPair, type KeyPair } from './certificate';
import { type KeyPairPaths, readKeyPair } from './files';

export interface ReloadOptions {
  readonly signal: AbortSignal;
  /** How often the files are looked at. Default: a minute, as upstream. */
  readonly intervalMilliseconds?: number;
  readonly clock?: Clock;
  /** Is told of files that could not be used; the pair in use stays. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Watches a certificate and its key, and calls back with each new pair: for `server.setSecureContext`. A half changed pair (the
 * key does not
 * fit the certificate yet) waits for the next look. Resolves when the signal is aborted.
 */
export async function reloadKeyPair(
  paths: KeyPairPaths,
  onChange: (pair: KeyPair) => void,
  options: ReloadOptions,
): Promise<void> {
  const { signal, intervalMilliseconds = 60_000, clock = systemClock, onError } = options;
  let seen = await version(paths).catch(() => '');
  while (!signal.aborted) {
    if (!(await waited(clock, intervalMilliseconds, signal))) return;
    try {
      const current = await version(paths);
      if (current === seen) continue;
      const pair = await readKeyPair(paths);
      if (!pair || !isPair(pair)) continue;
      seen = current;
      onChange(pair);
    } catch (error) {
      onError?.(error);
    }
  }
}

/** Changes when either file does. */
async function version({ certFile, keyFile }: KeyPairPaths): Promise<string> {
  const stats = await Promise.all([certFile, keyFile].map((path) => stat(path, { bigint: true })));
  return stats.map(({ mtimeNs, ino, size }) => `${ino}:${mtimeNs}:${size}`).join(' ');
}

/** Whether the time passed, rather than the signal being aborted. */
async function waited(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(clock, milliseconds, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
