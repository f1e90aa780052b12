import type { Benchmark, BenchmarkOptions } from './benchmark';
import { startLoadWorker } from './load/load-worker';
import { CONFIG_MAPS, rawRequest } from './load/requests';
import { ApiServer, tokenOf } from './processes/api-server';
import { TempFolder } from './processes/temp-folder';
import type { Row } from './report';
import { fill, firstObjectRequest, openTarget } from './setup';
import { percentile } from './statistics';

const FLOOD_CONNECTIONS = 400;
const REQUESTS = 400;
const PAUSE_MS = 5;
const WARM_UP_MS = 2000;
const OBJECTS = 500;

/** Seconds that the flood lasts: longer than the quiet user needs, and it ends by itself. */
const FLOOD_MS = 30_000;

interface Found {
  readonly quiet: number;
  readonly flooded: number;
  readonly health: number;
  readonly refused: number;
}

/** How long one user's requests take while another floods the server with lists: the 99th percentile, and that of health checks. */
export const fairness: Benchmark = {
  name: 'fairness',
  async run(options) {
    const on = await measure(options, true);
    const off = await measure(options, false);
    return [
      { what: 'p99 of a quiet user, nobody else', unit: 'ms', ours: on.quiet, reference: off.quiet },
      { what: 'p99 of a quiet user beside a flood', unit: 'ms', ours: on.flooded, reference: off.flooded },
      { what: 'p99 of health checks beside a flood', unit: 'ms', ours: on.health, reference: off.health },
      { what: 'refusals of the quiet user', unit: '', ours: on.refused, reference: off.refused },
    ] satisfies Row[];
  },
};

/** The reference is the same server without priority and fairness. Seats are few, as they would be on a small machine. */
async function measure({ note }: BenchmarkOptions, isFair: boolean): Promise<Found> {
  using folder = new TempFolder();
  const args = ['--authorization-mode=AlwaysAllow', '--max-requests-inflight=40', '--max-mutating-requests-inflight=20', `--enable-priority-and-fairness=${String(isFair)}`];
  await using server = await ApiServer.start({ dataDir: folder.path, args });
  await using flood = startLoadWorker();
  await using quiet = startLoadWorker();
  const admin = await openTarget(quiet, server.port);
  await fill(quiet, admin, OBJECTS);
  const target = await quiet.ask('open', { port: server.port, connections: 1, takesRefusals: true });
  let refused = 0;
  const p99 = async (request: string): Promise<number> => {
    const { milliseconds, refusals: ofQuiet } = await quiet.ask('time', { target, request, requests: REQUESTS, pauseMs: PAUSE_MS });
    refused += ofQuiet;
    return percentile(milliseconds, 0.99);
  };
  const get = firstObjectRequest(tokenOf('quiet'));
  await p99(get);
  const alone = await p99(get);
  const flooders = await flood.ask('open', { port: server.port, connections: FLOOD_CONNECTIONS, takesRefusals: true });
  const list = rawRequest('GET', `${CONFIG_MAPS}?limit=${OBJECTS}`, '', tokenOf('flooder'));
  const flooding = flood.ask('run', { target: flooders, request: list, durationMs: FLOOD_MS });
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const flooded = await p99(get);
  const health = await p99(rawRequest('GET', '/livez', '', tokenOf('quiet')));
  const { requests, refusals, seconds } = await flooding;
  note(`${isFair ? 'with' : 'without'} priority and fairness: ${Math.round(requests / seconds)} requests/s of the flood, of which ${Math.round((refusals / requests) * 100)} % refused; ${refused} of ${4 * REQUESTS} of the quiet user's refused`);
  return { quiet: alone, flooded, health, refused };
}

