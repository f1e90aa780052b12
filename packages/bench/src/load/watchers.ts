import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2, type ClientHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { TOKEN } from '../processes/api-server';
import { serveCommands } from '../processes/commands';
import { Worker } from '../processes/worker';
import { rawRequest } from './requests';

export type Protocol = 'HTTP/1.1' | 'HTTP/2';

export interface WatchersOptions {
  readonly port: number;
  readonly path: string;
  readonly protocol: Protocol;
  readonly count: number;
}

/** Many clients that watch: a process of its own. */
export interface WatcherCommands {
  /** Resolves when all watches are answered. */
  open(options: WatchersOptions): Promise<void>;
  /** Resolves when every watcher has received this many events since its start. Fails if one has received more. */
  delivered(events: number): Promise<void>;
}

export function startWatchers(): Worker<WatcherCommands> {
  return Worker.start<WatcherCommands>(join(__dirname, 'watchers.js'));
}

/** Streams on one connection of HTTP/2: as many clients as that share a machine and its transport. */
const STREAMS_PER_SESSION = 50;
/** The windows of Go's HTTP/2 client. */
const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
const SESSION_WINDOW_BYTES = 1024 * 1024 * 1024;
/** Handshakes under way at a time. */
const OPENING = 50;

const EVENT_END = Buffer.from('}\n');
const BRACE = EVENT_END[0];
const NEWLINE = EVENT_END[1];

/** Counts the events of one watch: each ends in a brace and a newline, and a newline is nowhere else in it. */
class Watcher {
  events = 0;
  private endsInBrace = false;

  receive(chunk: Buffer): void {
    const before = this.events;
    if (this.endsInBrace && chunk[0] === NEWLINE) this.events += 1;
    for (let at = chunk.indexOf(EVENT_END); at >= 0; at = chunk.indexOf(EVENT_END, at + 2)) this.events += 1;
    this.endsInBrace = chunk.at(-1) === BRACE;
    total += this.events - before;
    if (total >= awaited) reached();
  }
}

const watchers: Watcher[] = [];
let total = 0;
let awaited = Infinity;
let reached: () => void = () => undefined;

const commands: WatcherCommands = {
  async open({ count, protocol, ...options }) {
    const perConnection = protocol === 'HTTP/2' ? STREAMS_PER_SESSION : 1;
    const open = protocol === 'HTTP/2' ? openHttp2 : openHttp1;
    let left = count / perConnection;
    const opener = async (): Promise<void> => {
      while (left-- > 0) await open(options);
    };
    await Promise.all(Array.from({ length: OPENING }, opener));
  },

  async delivered(events) {
    awaited = events * watchers.length;
    if (total < awaited) await new Promise<void>((resolve) => (reached = resolve));
    awaited = Infinity;
    if (watchers.some((watcher) => watcher.events !== events)) throw new Error('some watchers have received more than others');
  },
};

type Target = Pick<WatchersOptions, 'port' | 'path'>;

async function openHttp1({ port, path }: Target): Promise<void> {
  const socket = connectTls({ port, host: '127.0.0.1', ALPNProtocols: ['http/1.1'], rejectUnauthorized: false });
  socket.write(rawRequest('GET', path));
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString().startsWith('HTTP/1.1 200')) throw new Error(`a watch was refused: ${head.toString()}`);
  const watcher = addWatcher();
  socket.on('data', (chunk: Buffer) => watcher.receive(chunk));
}

async function openHttp2({ port, path }: Target): Promise<void> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    rejectUnauthorized: false,
    settings: { initialWindowSize: STREAM_WINDOW_BYTES },
  });
  await once(session, 'connect');
  session.setLocalWindowSize(SESSION_WINDOW_BYTES);
  await Promise.all(Array.from({ length: STREAMS_PER_SESSION }, () => openStream(session, path)));
}

async function openStream(session: ClientHttp2Session, path: string): Promise<void> {
  const stream: ClientHttp2Stream = session.request({ ':path': path, authorization: `Bearer ${TOKEN}`, accept: 'application/json' });
  const [headers] = (await once(stream, 'response')) as [{ ':status'?: number }];
  if (headers[':status'] !== 200) throw new Error(`a watch was refused: ${headers[':status']}`);
  const watcher = addWatcher();
  stream.on('data', (chunk: Buffer) => watcher.receive(chunk));
}

function addWatcher(): Watcher {
  const watcher = new Watcher();
  watchers.push(watcher);
  return watcher;
}

if (require.main === module) serveCommands(commands);
