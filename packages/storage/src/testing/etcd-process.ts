import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real etcd of one member, for a test. */
export interface EtcdProcess {
  readonly endpoint: string;
  readonly dataDir: string;
  /** Ends the process with SIGKILL, as a crash would; the data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, ending it first if it still runs. Resolves when it serves. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface EtcdProcessOptions {
  /** Server and client CA certificate in PEM files: then it serves TLS and asks clients for certificates. */
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  /** More flags of etcd. */
  readonly args?: readonly string[];
}

const START_TIMEOUT_MS = 20_000;
const POLL_MS = 25;

/** Starts the `etcd` found on PATH on free ports of the loopback interface, its data in a temporary folder. Resolves when it serves. */
export async function startEtcd(options: EtcdProcessOptions = {}): Promise<EtcdProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'typekube-etcd-'));
  const [clientPort, peerPort, metricsPort] = await freePorts(3);
  const scheme = options.tls ? 'https' : 'http';
  const endpoint = `${scheme}://127.0.0.1:${clientPort}`;
  const health = `http://127.0.0.1:${metricsPort}/health`;
  const args = [
    '--name=test', `--data-dir=${dataDir}`, `--listen-client-urls=${endpoint}`, `--advertise-client-urls=${endpoint}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-cluster=test=http://127.0.0.1:${peerPort}`, `--listen-metrics-urls=http://127.0.0.1:${metricsPort}`,
    '--log-level=error', ...tlsFlags(options), ...(options.args ?? []),
  ];
  let running = await launch(args, health);
  return {
    endpoint,
    dataDir,
    kill: () => end(running, 'SIGKILL'),
    restart: async () => {
      await end(running, 'SIGKILL');
      running = await launch(args, health);
    },
    stop: async () => {
      await end(running, 'SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Ports of the loopback interface that nothing listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

function tlsFlags({ tls }: EtcdProcessOptions): string[] {
  if (!tls) return [];
  return [`--cert-file=${tls.certFile}`, `--key-file=${tls.keyFile}`, `--trusted-ca-file=${tls.caFile}`, '--client-cert-auth'];
}

async function launch(args: readonly string[], health: string): Promise<ChildProcess> {
  const child = spawn('etcd', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (text: Buffer) => (output = (output + text.toString()).slice(-4096)));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const missing = 'etcd is not on PATH: install the Debian package etcd-server, or put another etcd there';
      reject(new Error(cause.code === 'ENOENT' ? missing : `etcd could not be started: ${cause.message}`, { cause }));
    });
    child.once('exit', (code, signal) => reject(new Error(`etcd ended at its start (${code ?? signal}): ${output}`)));
  });
  try {
    await Promise.race([failed, untilHealthy(health)]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  failed.catch(() => undefined);
  return child;
}

async function untilHealthy(health: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(health).catch(() => undefined);
    if (response?.ok) return;
    await response?.body?.cancel();
    await sleep(POLL_MS);
  }
  throw new Error(`etcd did not become healthy in ${START_TIMEOUT_MS / 1000} seconds`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
