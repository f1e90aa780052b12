import type { AddressInfo } from 'node:net';
import type { Server } from 'node:tls';
import { join } from 'node:path';
import type { CommandSet, Usage } from '../processes/commands';
import { Worker } from '../processes/worker';

/** A bare server in a process of its own: the least that node needs for the same work. */
export class Reference<C extends CommandSet<C>> implements AsyncDisposable {
  constructor(
    readonly worker: Worker<C>,
    readonly port: number,
  ) {}

  usage(): Promise<Usage> {
    return this.worker.usage();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.worker[Symbol.asyncDispose]();
  }
}

/** Starts `references/NAME.js`. */
export function startReference<C extends CommandSet<C>>(name: string): Worker<C> {
  return Worker.start<C>(join(__dirname, `${name}.js`));
}

/** Listens on a free port of the loopback interface; resolves to it. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
