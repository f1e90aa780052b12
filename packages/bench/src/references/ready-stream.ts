import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { createServer, type ServerOptions } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { KeyPair } from '../processes/api-server';
import { serveCommands } from '../processes/commands';
import type { Protocol } from '../load/watchers';
import { listen, Reference, startReference } from './reference';

interface ReadyStreamCommands {
  listen(options: KeyPair & { readonly protocol: Protocol; readonly bytes: number }): Promise<number>;
  /** Writes the buffer to every stream once. */
  write(): void;
}

/** A bare server that keeps every request's answer open and writes one ready buffer of `bytes`, an event by its form, to all of them when told. */
export async function startReadyStream(keyPair: KeyPair, protocol: Protocol, bytes: number): Promise<Reference<ReadyStreamCommands>> {
  const worker = startReference<ReadyStreamCommands>('ready-stream');
  return new Reference(worker, await worker.ask('listen', { ...keyPair, protocol, bytes }));
}

const streams = new Set<ServerResponse | ServerHttp2Stream>();
let event = Buffer.alloc(0);

const commands: ReadyStreamCommands = {
  listen({ cert, key, protocol, bytes }) {
    event = Buffer.from(`${'x'.repeat(bytes - 2)}}\n`);
    return listen(protocol === 'HTTP/2' ? http2Server({ cert, key }) : http1Server({ cert, key }));
  },

  write() {
    for (const stream of streams) stream.write(event);
  },
};

function http1Server(options: ServerOptions): ReturnType<typeof createServer> {
  return createServer(options, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    streams.add(response);
  });
}

function http2Server(options: ServerOptions): ReturnType<typeof createSecureServer> {
  const server = createSecureServer({ ...options, settings: { maxConcurrentStreams: 1000 } });
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    streams.add(stream);
  });
  return server;
}

if (require.main === module) serveCommands(commands);
