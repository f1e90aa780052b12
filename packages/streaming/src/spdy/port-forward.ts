import type { Duplex } from 'node:stream';
import { failureText, type PortForwardOptions } from '../port-forward';
import { SpdyConnection, type SpdyStream } from './connection';

export const PORT_FORWARD_PROTOCOL = 'portforward.k8s.io';

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
}

/**
 * Serves port-forward: the client opens a stream for data and one for errors for each connection, tied by the header `requestid`. Resolves
 * when the client is gone.
 */
export async function spdyPortForward(socket: Duplex, options: PortForwardOptions): Promise<void> {
  const pairs = new Map<string, Pair>();
  const connection = new SpdyConnection(socket, {
    isServer: true,
    onStream: (stream) => {
      const { streamtype: type, requestid, port = '' } = stream.headers;
      if (type !== 'data' && type !== 'error') return stream.destroy();
      // Old clients send no id: their data stream comes right after its error stream.
      const key = requestid ?? String(type === 'error' ? stream.id : stream.id - 2);
      const pair = pairs.get(key) ?? {};
      pair[type] = stream;
      pairs.set(key, pair);
      if (!pair.data || !pair.error) return undefined;
      pairs.delete(key);
      void forward(pair.data, pair.error, Number(port), options);
      return undefined;
    },
  });
  await connection.closed.catch(() => undefined);
}

async function forward(data: SpdyStream, error: SpdyStream, port: number, { pod, dial }: PortForwardOptions): Promise<void> {
  try {
    const target = await dial(port);
    await joined(data, target);
    error.end();
  } catch (failure) {
    error.end(failureText(port, pod, failure));
    data.destroy();
  }
}

/**
 * Joins two streams both ways; resolves when both directions have ended, or the client has gone, maybe before there was a target: that is no failure, which
 * kubectl would end all of its connections for.
 */
function joined(client: Duplex, target: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      resolve();
      target.destroy();
    };
    // What a target says of its own end comes after the promise is settled.
    target.on('error', reject);
    target.once('close', resolve);
    if (client.destroyed) return leave();
    client.once('close', leave);
    client.pipe(target);
    target.pipe(client);
  });
}
