import { type Duplex, Writable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Upgrade } from '../upgrade';
import { closeWith } from './channels';

/** Nothing is expected of the client. */
const MAX_RECEIVED_BYTES = 64 * 1024;

/** How what is written becomes messages. */
interface Form {
  readonly binary: boolean;
  readonly split: (chunk: Buffer) => readonly (Buffer | string)[];
}

/**
 * Does the handshake of WebSocket and gives a stream of lines, each of which is a text message of its own. The stream is closed when
 * the client goes; what the client says is ignored. Undefined if the request was refused; the client has its answer then.
 */
export function acceptMessages(upgrade: Upgrade): Promise<Writable | undefined> {
  return accept(upgrade, () => LINES);
}

/** The same for bytes of any kind, in messages as they come: binary ones, or text in base64 where the client asks for that protocol. */
export function acceptByteMessages(upgrade: Upgrade): Promise<Writable | undefined> {
  return accept(upgrade, (protocol) => (protocol === BASE64_PROTOCOL ? BASE64 : BYTES), BYTE_PROTOCOLS);
}

const BASE64_PROTOCOL = 'base64.binary.k8s.io';
const BYTE_PROTOCOLS = ['binary.k8s.io', BASE64_PROTOCOL];

const LINES: Form = { binary: false, split: linesOf };
const BYTES: Form = { binary: true, split: (chunk) => [chunk] };
const BASE64: Form = { binary: false, split: (chunk) => [chunk.toString('base64')] };

/** Of the client's protocols the first of ours is chosen; where we have none, its first. */
function accept(upgrade: Upgrade, formOf: (protocol: string) => Form, protocols?: readonly string[]): Promise<Writable | undefined> {
  const { request, socket, head } = upgrade;
  const choose = (asked: ReadonlySet<string>): string | false => [...asked].find((each) => protocols?.includes(each)) ?? false;
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_RECEIVED_BYTES, ...(protocols && { handleProtocols: choose }) });
  return new Promise((resolve) => {
    socket.once('close', () => resolve(undefined));
    server.handleUpgrade(request, socket, head, (accepted) => resolve(messageWriter(accepted, socket, formOf(accepted.protocol))));
  });
}

function messageWriter(socket: WebSocket, transport: Duplex, { binary, split }: Form): Writable {
  const writer = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const messages = split(chunk);
      messages.forEach((message, i) => socket.send(message, { binary }, i === messages.length - 1 ? done : undefined));
    },
    final(done) {
      closeWith(socket, transport);
      done();
    },
    destroy(error, done) {
      if (socket.readyState === socket.OPEN) socket.terminate();
      done(error);
    },
  });
  // What is received must be read, or the client's going would not be seen.
  socket.on('message', () => undefined);
  socket.on('error', () => undefined);
  socket.once('close', () => writer.destroy());
  return writer.on('error', () => undefined);
}

/** The lines of what was written, which is whole ones. */
function linesOf(chunk: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < chunk.length; ) {
    const end = chunk.indexOf(NEWLINE, at);
    const next = end < 0 ? chunk.length : end + 1;
    lines.push(chunk.subarray(at, next));
    at = next;
  }
  return lines;
}

const NEWLINE = 0x0a;
