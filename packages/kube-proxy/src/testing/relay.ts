import { createServer, connect, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Place, TestNetwork } from './test-network';

/** Runs inside: listens on a port and passes each connection to a socket file, which all network namespaces share. */
const INSIDE = `
const { connect, createServer } = require('node:net');
const [port, path] = process.argv.slice(1);
createServer((socket) => {
  const other = connect(path);
  socket.pipe(other).pipe(socket);
  for (const end of [socket, other]) end.on('error', () => { socket.destroy(); other.destroy(); });
}).listen(Number(port), '127.0.0.1', () => process.stderr.write('listening\\n'));
`;

/** Makes a port of the machine's loopback reachable at the same port of a namespace's own, without any link between them. */
export async function relayLoopback(network: TestNetwork, place: Place, port: number): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'kube-proxy-relay-'));
  const path = join(folder, 'socket');
  const server = await listen(path, port);
  const child = network.start(place, process.execPath, '-e', INSIDE, String(port), path);
  if (child.stderr) await once(child.stderr, 'data');
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listen(path: string, port: number): Promise<Server> {
  const server = createServer((socket) => {
    const other = connect(port, '127.0.0.1');
    socket.pipe(other).pipe(socket);
    for (const end of [socket, other]) {
      end.on('error', () => {
        socket.destroy();
        other.destroy();
      });
    }
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
}
