import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import type { Upgrade } from '../upgrade';
import { acceptByteMessages, acceptMessages } from './messages';

describe('messages of a WebSocket', () => {
  let server: Server;
  let accept: (upgrade: Upgrade) => Promise<Writable | undefined>;
  beforeAll(async () => {
    server = createServer().on('upgrade', (request, socket, head) => {
      void accept({ request, socket, head }).then((sink) => {
        sink?.write('one\ntwo');
        sink?.end('\n');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function received(protocols: string[]): Promise<{ protocol: string; messages: string[] }> {
    const { port } = server.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}/`, protocols);
    const messages: string[] = [];
    client.on('message', (data, isBinary) => messages.push(`${isBinary ? 'binary' : 'text'} ${String(data)}`));
    await once(client, 'close');
    return { protocol: client.protocol, messages };
  }

  it.each<[string, typeof accept, string[], string, string[]]>([
    ['lines as text', acceptMessages, [], '', ['text one\n', 'text two', 'text \n']],
    ['bytes as they come', acceptByteMessages, [], '', ['binary one\ntwo', 'binary \n']],
    ['bytes for a client that asks for them', acceptByteMessages, ['x', 'binary.k8s.io'], 'binary.k8s.io', ['binary one\ntwo', 'binary \n']],
    ['base64 for a client that asks for it', acceptByteMessages, ['base64.binary.k8s.io'], 'base64.binary.k8s.io', ['text b25lCnR3bw==', 'text Cg==']],
  ])('are %s', async (_, by, protocols, protocol, messages) => {
    accept = by;
    expect(await received(protocols)).toEqual({ protocol, messages });
  });
});
