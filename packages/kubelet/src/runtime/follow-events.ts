import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { type PodEvent, type Runtime, runtimeErrorText } from './runtime';

const RETRY_MILLISECONDS = 1000;

/**
 * Tells of pods that something happened to in the runtime, until the signal is aborted. After each interruption, all pods are to be looked at:
 * events were missed. A runtime without events is asked for everything every second, as upstream's relist.
 */
export async function followEvents(
  runtime: Runtime,
  handlers: { onPod: (event: PodEvent) => void; onAll: () => void },
  { signal, clock, log }: { signal: AbortSignal; clock: Clock; log: Logger },
): Promise<void> {
  while (!signal.aborted) {
    try {
      handlers.onAll();
      for await (const event of runtime.events(signal)) handlers.onPod(event);
    } catch (error) {
      if (!signal.aborted) log.v(2)?.info('The events of the runtime ended; trying again', { error: runtimeErrorText(error) });
    }
    await sleep(clock, RETRY_MILLISECONDS, signal).catch(() => undefined);
  }
}
