import { setTimeout as delay } from 'node:timers/promises';
import { layoutOf } from '../cluster/layout';
import { planRuntime } from '../cluster/plan';
import { removeAllPods } from '../cluster/pods';
import { Supervisor } from '../cluster/supervisor';

/** No container is made any more. */
const RUNTIME_OF_NONE = 'runc';

const TRIES = 100;
const PAUSE_MS = 200;

/** Runs the runtime just long enough to remove all pods. */
export async function removePods(dataDir: string): Promise<void> {
  const layout = layoutOf(dataDir);
  const stop = new AbortController();
  const running = new Supervisor(layout, planRuntime(layout, RUNTIME_OF_NONE)).run(stop.signal);
  try {
    await retry(() => removeAllPods(layout));
  } finally {
    stop.abort();
    await running;
  }
}

/** The runtime takes a moment to answer. */
async function retry(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES) throw error;
      await delay(PAUSE_MS);
    }
  }
}
