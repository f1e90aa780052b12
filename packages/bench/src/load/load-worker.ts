import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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

/** How long answers took that came one after the other over one connection. */
export interface Latencies {
  readonly milliseconds: readonly number[];
  readonly refusals: number;
}

export interface Sent {
  /** Answers that were no success. */
  readonly refusals: number;
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** The load generator: a process of its own that keeps connections busy, each with one request at a time. */
export interface LoadCommands {
  /** Opens connections to a server; resolves to the number by which they are used. */
  open(server: { readonly port: number; readonly connections: number; readonly takesRefusals?: boolean }): Promise<number>;
  /** Sends one request after the other over the first connection, with a pause between them. */
  time(burst: Burst & { readonly requests: number; readonly pauseMs: number }): Promise<Latencies>;
  run(burst: Burst): Promise<Sent>;
}

export function startLoadWorker(): Worker<LoadCommands> {
  return Worker.start<LoadCommands>(join(__dirname, 'load-worker.js'));
}

const targets: Http1Connection[][] = [];
let counter = 0;

const commands: LoadCommands = {
  async open({ port, connections, takesRefusals }) {
    const opened = await Promise.all(Array.from({ length: connections }, () => Http1Connection.open(port, takesRefusals)));
    return targets.push(opened) - 1;
  },

  async time({ target, request, requests, pauseMs }) {
    const connection = targets[target]?.[0];
    if (!connection) throw new Error('there is no connection to send over');
    const next = requestMaker(request);
    const milliseconds: number[] = [];
    const refusalsBefore = connection.refusals;
    for (let i = 0; i < requests; i += 1) {
      const sentAt = performance.now();
      await new Promise<void>((resolve, reject) => connection.send(next(), (error) => (error ? reject(error) : resolve())));
      milliseconds.push(performance.now() - sentAt);
      await delay(pauseMs);
    }
    return { milliseconds, refusals: connection.refusals - refusalsBefore };
  },

  async run({ target, request, durationMs = Infinity, requests = Infinity }) {
    const connections = targets[target] ?? [];
    const bytesBefore = bytesOf(connections);
    const refusalsBefore = refusalsOf(connections);
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
    return { requests: sent, refusals: refusalsOf(connections) - refusalsBefore, bytes: bytesOf(connections) - bytesBefore, seconds };
  },
};

function bytesOf(connections: readonly Http1Connection[]): number {
  return connections.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
}

function refusalsOf(connections: readonly Http1Connection[]): number {
  return connections.reduce((sum, { refusals }) => sum + refusals, 0);
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
