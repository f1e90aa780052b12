import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { cri } from '@typekube/cri-api';
import { acceptPortForward } from '@typekube/streaming';
import { detailsOf } from '../errors';
import { namespacePaths } from '../sandbox/namespaces';
import { namespaceModes } from '../sandbox/record';
import { requireSandbox, sandboxFolder, type Shim } from '../shim';

/** Gives a URL at which connections to ports of the pod's loopback are served. */
export async function portForward(shim: Shim, { podSandboxId, port: ports }: cri.PortForwardRequest): Promise<cri.IPortForwardResponse> {
  const record = requireSandbox(shim, podSandboxId);
  if (record.state !== 'ready') throw new Error(`sandbox container "${record.id}" is not running`);
  const { network } = namespacePaths(sandboxFolder(shim.paths, record.id), namespaceModes(record.config));
  const dial = async (port: number): Promise<Duplex> => {
    try {
      return await (network === undefined ? dialHost(port) : dialInNamespace(network, port));
    } catch (error) {
      const place = network === undefined ? 'the host network namespace' : `network namespace "${network}"`;
      const target = `failed to connect to localhost:${port} inside namespace "${record.id}"`;
      throw new Error(`failed to execute portforward in ${place}: ${target}, ${detailsOf(error)}`, { cause: error });
    }
  };
  return { url: shim.sessions.offer('portforward', (upgrade) => acceptPortForward(upgrade, { pod: record.id, dial, ports })) };
}

/** IPv4 of the loopback first, then IPv6, as containerd does. */
async function dialHost(port: number): Promise<Duplex> {
  const failures: Error[] = [];
  for (const host of LOOPBACKS) {
    const socket = connect({ port, host, allowHalfOpen: true });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      failures.push(error as Error);
    }
  }
  throw new Error(dialText(port, failures));
}

const LOOPBACKS = ['127.0.0.1', '::1'] as const;

/** In the words of Go's dialer: people know them. */
export function dialText(port: number, [ofIpv4, ofIpv6]: readonly { readonly code?: string; readonly message?: string }[]): string {
  const why = (error: typeof ofIpv4): string => GO_WORDS[error?.code ?? ''] ?? error?.message ?? 'no answer';
  return `IPv4: dial tcp4 127.0.0.1:${port}: connect: ${why(ofIpv4)} IPv6 dial tcp6 [::1]:${port}: connect: ${why(ofIpv6)}`;
}

const GO_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'connection timed out',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ENETUNREACH: 'network is unreachable',
  ECONNRESET: 'connection reset by peer',
};

/** Connects from inside the namespace, by a second process of this program's runtime that joins it and copies its streams. */
async function dialInNamespace(netns: string, port: number): Promise<Duplex> {
  const child = spawn('nsenter', [`--net=${netns}`, '--', process.execPath, '-e', CONNECT, String(port)], { stdio: ['pipe', 'pipe', 'pipe'] });
  let why = '';
  child.stderr.setEncoding('utf8');
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text: string) => {
      if (text.startsWith('connected')) resolve();
      else why += text;
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(failuresIn(why, port))));
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  stream.once('close', () => child.kill());
  return stream;
}

/** What the process says of its failures; it may also say something else, as where the namespace is gone. */
function failuresIn(text: string, port: number): string {
  try {
    return dialText(port, JSON.parse(text) as { code?: string; message?: string }[]);
  } catch {
    return text.trim() || 'the process that was to connect has ended';
  }
}

/** The program of that process: tries IPv4, then IPv6 of the pod's loopback. */
const CONNECT = `const { connect } = require('node:net');
const port = Number(process.argv[1]);
const failures = [];
const dial = ([host, ...others]) => {
  if (!host) { process.stderr.write(JSON.stringify(failures)); process.exitCode = 1; return; }
  const socket = connect({ port, host, allowHalfOpen: true });
  const failed = ({ code, message }) => { failures.push({ code, message }); dial(others); };
  socket.once('error', failed);
  socket.once('connect', () => {
    socket.off('error', failed).on('error', () => process.exit(1));
    process.stderr.write('connected'); process.stdin.pipe(socket); socket.pipe(process.stdout);
    socket.on('end', () => require('node:fs').closeSync(1));
    socket.on('close', () => process.exit(0));
  });
};
dial(${JSON.stringify(LOOPBACKS)});`;
