import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { MessageReader, withLength } from '../server/stream';
import { HEADER_BYTES } from '../server/wire';
import type { ResolverAddress } from './resolv-conf';

export interface Exchange {
  readonly resolver: ResolverAddress;
  readonly request: Buffer;
  /** Where the question ends in the request. */
  readonly questionEnd: number;
  readonly timeout: number;
}

/** Asks over UDP, from a port of its own. Rejects after the timeout, or with the system's error. */
export function exchangeUdp({ resolver, request, questionEnd, timeout }: Exchange): Promise<Buffer> {
  const socket: UdpSocket = createSocket(isIPv6(resolver.host) ? 'udp6' : 'udp4');
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => reject(timedOut(resolver)), timeout);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    socket.on('error', (error) => finish(() => reject(error)));
    socket.on('message', (message) => {
      if (isAnswerTo(message, request, questionEnd)) finish(() => resolve(message));
    });
    // Connected: what others send to the port never gets here, and a closed port is an error at once.
    socket.once('connect', () => socket.send(request));
    socket.connect(resolver.port, resolver.host);
  }).finally(() => socket.close());
}

/** Asks over a TCP connection of its own. */
export function exchangeTcp({ resolver, request, questionEnd, timeout }: Exchange): Promise<Buffer> {
  const socket = connect({ host: resolver.host, port: resolver.port });
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => reject(timedOut(resolver)), timeout);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    const reader = new MessageReader();
    socket.on('error', (error) => finish(() => reject(error)));
    socket.on('close', () => finish(() => reject(new Error(`${resolver.host} has closed the connection`))));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      const message = reader.next();
      if (message && isAnswerTo(message, request, questionEnd)) finish(() => resolve(message));
    });
    socket.write(withLength(request));
  }).finally(() => socket.destroy());
}

function timedOut({ host, port }: ResolverAddress): Error {
  return new Error(`no answer from ${host}:${port}`);
}

/** The id and the question must be ours; resolvers may change the case of the name. */
function isAnswerTo(message: Buffer, request: Buffer, questionEnd: number): boolean {
  if (message.length < questionEnd || message.readUInt16BE(0) !== request.readUInt16BE(0) || !((message[2] ?? 0) & 0x80)) return false;
  const question = (bytes: Buffer): string => bytes.toString('latin1', HEADER_BYTES, questionEnd).toLowerCase();
  return message.readUInt16BE(4) === 1 && question(message) === question(request);
}
