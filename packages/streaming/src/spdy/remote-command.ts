import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type Outcome, outcomeStatus, outcomeText, parseTerminalSize, type RemoteCommandOptions, type RemoteCommandSession, ResizeQueue } from '../remote-command';
import { SpdyConnection, type SpdyStream } from './connection';

/** Versions of the protocol over SPDY, the best first. */
export const SPDY_REMOTE_COMMAND = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'] as const;

const STREAM_CREATION_TIMEOUT_MS = 30_000;

/** Waits for the client to open the streams of a session, each named by its header `streamtype`. */
export async function spdyRemoteCommand(socket: Duplex, protocol: string, options: RemoteCommandOptions): Promise<RemoteCommandSession> {
  const wanted = wantedStreams(protocol, options);
  const streams = new Map<string, SpdyStream>();
  let complete = (): void => undefined;
  const opened = new Promise<void>((resolve) => (complete = resolve));
  const connection = new SpdyConnection(socket, {
    isServer: true,
    onStream: (stream) => {
      streams.set(stream.headers['streamtype'] ?? '', stream);
      if (wanted.every((name) => streams.has(name))) complete();
    },
  });
  await allOpened(opened, connection);
  return session(connection, streams, protocol);
}

function wantedStreams(protocol: string, { stdin, stdout, stderr, tty }: RemoteCommandOptions): string[] {
  const hasResize = tty && !['v2.channel.k8s.io', 'channel.k8s.io'].includes(protocol);
  const flags: [string, boolean][] = [['error', true], ['stdin', stdin], ['stdout', stdout], ['stderr', stderr && !tty], ['resize', hasResize]];
  return flags.filter(([, isWanted]) => isWanted).map(([name]) => name);
}

async function allOpened(opened: Promise<void>, connection: SpdyConnection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('timed out waiting for client to create streams')), STREAM_CREATION_TIMEOUT_MS);
  });
  const gone = connection.closed.then(() => {
    throw new Error('the client is gone before it created all streams');
  });
  try {
    await Promise.race([opened, late, gone]);
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function session(connection: SpdyConnection, streams: ReadonlyMap<string, SpdyStream>, protocol: string): RemoteCommandSession {
  const sizes = new ResizeQueue();
  let pending = '';
  streams.get('resize')?.on('data', (chunk: Buffer) => {
    const lines = (pending + chunk.toString('utf8')).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) sizes.push(parseTerminalSize(line));
  });
  const outputs = [streams.get('stdout'), streams.get('stderr')].filter((stream) => stream !== undefined);
  return {
    stdin: streams.get('stdin'),
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    onResize: (listener) => sizes.listen(listener),
    closed: connection.closed.catch(() => undefined),
    finish: async (outcome) => {
      await Promise.all(outputs.map(endWriting));
      const error = streams.get('error');
      if (error) {
        error.write(errorText(outcome, protocol));
        await endWriting(error);
      }
      connection.close();
    },
  };
}

function errorText(outcome: Outcome, protocol: string): string {
  return protocol === 'v4.channel.k8s.io' ? JSON.stringify(outcomeStatus(outcome)) : outcomeText(outcome);
}

/** A client that is gone does not read the rest: that is no failure of ours. */
async function endWriting(stream: SpdyStream): Promise<void> {
  stream.end();
  await finished(stream, { readable: false }).catch(() => undefined);
}
