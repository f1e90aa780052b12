import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cri } from '@typekube/cri-api';
import type { Shim } from '../shim';
import type { ContainerRecord } from './record';

const { SIGTERM, SIGKILL } = constants.signals;

/** How often a process that will not die is killed again: it can be between two states when the first signal comes. */
const KILL_AGAIN_MS = 2000;

/**
 * Ends a container: by its stop signal, and by SIGKILL after the grace period, in seconds. Resolves when it has ended; at once if it does not
 * run. Goes on when the client no longer waits.
 */
export async function stopContainer({ containers, supervisor, backend }: Shim, id: string, graceSeconds: number): Promise<void> {
  const record = containers.get(id);
  if (record?.life.at !== 'running') return;
  const exited = supervisor.exited(id);
  if (graceSeconds > 0) {
    await backend.kill(id, stopSignal(record));
    if (await endsWithin(exited, graceSeconds * 1000)) return;
  }
  do await backend.kill(id, SIGKILL);
  while (!(await endsWithin(exited, KILL_AGAIN_MS)));
}

async function endsWithin(exited: Promise<void>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      exited.then(() => true),
      sleep(milliseconds, false, { signal: timer.signal }).catch(() => false),
    ]);
  } finally {
    timer.abort();
  }
}

/** The container's own signal, else the image's, else SIGTERM. */
export function stopSignal({ config, image }: Pick<ContainerRecord, 'config' | 'image'>): number {
  const own = config.stopSignal === cri.Signal.RUNTIME_DEFAULT ? image.stopSignal : cri.Signal[config.stopSignal];
  return signalNumber(own ?? '') ?? SIGTERM;
}

const RTMIN = 34;
const RTMAX = 64;

/** The number of `SIGTERM`, `TERM`, `15`, `SIGRTMIN+3` or CRI's `SIGRTMINPLUS3`; undefined for what is no signal. */
export function signalNumber(name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  const full = name.toUpperCase().startsWith('SIG') ? name.toUpperCase() : `SIG${name.toUpperCase()}`;
  const [, edge, sign, offset = '0'] = /^SIGRT(MIN|MAX)(?:(\+|-|PLUS|MINUS)(\d+))?$/.exec(full) ?? [];
  if (edge !== undefined) return (edge === 'MIN' ? RTMIN : RTMAX) + (sign === '+' || sign === 'PLUS' ? 1 : -1) * Number(offset);
  const known: Readonly<Record<string, number | undefined>> = { ...constants.signals, SIGCLD: constants.signals.SIGCHLD };
  return known[full];
}
