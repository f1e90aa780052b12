import { join } from 'node:path';
import { serveCommands } from '../processes/commands';
import { Worker } from '../processes/worker';
import { Http1Connection } from './http1-connection';
import { COUNTER } from './requests';

export interface Burst {
  readonly target: number;
  /** A raw request; `COUNTER` in it is replaced by another number each time. */
  readonly request: string;
  /** Ends after this time, or after this many requests. */
  readonly durationMs?: number;
  readonly requests?: number;
}

export interface Sent {
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** The load generator: a process of its own that keeps connections busy, each with one request at a time. */
export interface LoadCommands {
  /** Opens connections to a server; resolves to the number by which they are used. */
  open(server: { readonly port: number; readonly connections: number }): Promise<number>;
  run(burst: Burst): Promise<Sent>;
}

export function startLoadWorker(): Worker<LoadCommands> {
  return Worker.start<LoadCommands>(join(__dirname, 'load-worker.js'));
}

const targets: Http1Connection[][] = [];
let counter = 0;

const commands: LoadCommands = {
  async open({ port, connections }) {
    const opened = await Promise.all(Array.from({ length: connections }, () => Http1Connection.open(port)));
    return targets.push(opened) - 1;
  },

  async run({ target, request, durationMs = Infinity, requests = Infinity }) {
    const connections = targets[target] ?? [];
    const bytesBefore = bytesOf(connections);
    const next = requestMaker(request);
    const started = performance.now();
    let sent = 0;
    const mayGoOn = (): boolean => sent < requests && performance.now() - started < durationMs;
    await Promise.all(
      connections.map(
        (connection) =>
          new Promise<void>((resolve, reject) => {
            const step = (error?: Error): void => {
              if (error) return reject(error);
              if (!mayGoOn()) return resolve();
              sent += 1;
              connection.send(next(), step);
            };
            step();
          }),
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    return { requests: sent, bytes: bytesOf(connections) - bytesBefore, seconds };
  },
};

function bytesOf(connections: readonly Http1Connection[]): number {
  return connections.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
}

function requestMaker(request: string): () => Buffer | string {
  const at = request.indexOf(COUNTER);
  if (at < 0) {
    const ready = Buffer.from(request, 'latin1');
    return () => ready;
  }
  const [head, tail] = [request.slice(0, at), request.slice(at + COUNTER.length)];
  return () => {
    counter += 1;
    return head + String(counter).padStart(COUNTER.length, '0') + tail;
  };
}

if (require.main === module) serveCommands(commands);
