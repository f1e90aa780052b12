import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { cri } from '@typekube/cri-api';
import { acceptPortForward } from '@typekube/streaming';
import { namespacePaths } from '../sandbox/namespaces';
import { namespaceModes } from '../sandbox/record';
import { requireSandbox, sandboxFolder, type Shim } from '../shim';

/** Gives a URL at which connections to ports of the pod's loopback are served. */
export async function portForward(shim: Shim, { podSandboxId }: cri.PortForwardRequest): Promise<cri.IPortForwardResponse> {
  const record = requireSandbox(shim, podSandboxId);
  if (record.state !== 'ready') throw new Error(`sandbox container "${record.id}" is not running`);
  const { network } = namespacePaths(sandboxFolder(shim.paths, record.id), namespaceModes(record.config));
  const dial = (port: number): Promise<Duplex> => (network === undefined ? dialHost(port) : dialInNamespace(network, port));
  return { url: shim.sessions.offer('portforward', (upgrade) => acceptPortForward(upgrade, dial)) };
}

function dialHost(port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, 'localhost', () => resolve(socket)).once('error', reject);
  });
}

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
    child.once('exit', () => reject(new Error(why.trim() || 'failed to connect inside the network namespace of the pod')));
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  stream.once('close', () => child.kill());
  return stream;
}

/** The program of that process: tries IPv4 and IPv6 of the pod's loopback. */
const CONNECT = `const port = Number(process.argv[1]);
const socket = require('node:net').connect({ port, host: 'localhost', autoSelectFamily: true, allowHalfOpen: true });
socket.on('error', (error) => { process.stderr.write(error.errors ? error.errors.map((each) => each.message).join('; ') : error.message); process.exit(1); });
socket.on('connect', () => { process.stderr.write('connected'); process.stdin.pipe(socket); socket.pipe(process.stdout); });
socket.on('end', () => require('node:fs').closeSync(1));
socket.on('close', () => process.exit(0));`;
