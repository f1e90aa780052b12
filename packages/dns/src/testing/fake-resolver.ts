import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { parseQuery, type Query, type Transport } from '../server/query';
import { MessageReader, withLength } from '../server/stream';
import type { ResolverAddress } from '../upstream/resolv-conf';

/** What it sends for a request; undefined: nothing. */
export type Script = (query: Query) => Buffer | undefined;

/** An upstream resolver on loopback that does what a test says. */
export class FakeResolver implements AsyncDisposable {
  readonly asked: { readonly name: string; readonly transport: Transport }[] = [];

  private constructor(
    private readonly udp: Socket,
    private readonly tcp: Server,
    private readonly script: Script,
  ) {
    udp.on('message', (bytes, from) => {
      const answer = this.answer(bytes, 'udp');
      if (answer) udp.send(answer, from.port, from.address);
    });
    tcp.on('connection', (socket) => {
      const reader = new MessageReader();
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        reader.push(chunk);
        const bytes = reader.next();
        const answer = bytes && this.answer(bytes, 'tcp');
        if (answer) socket.write(withLength(answer));
      });
    });
  }

  static async start(script: Script): Promise<FakeResolver> {
    const tcp = createServer();
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const udp = createSocket('udp4');
    udp.bind((tcp.address() as AddressInfo).port, '127.0.0.1');
    await once(udp, 'listening');
    return new FakeResolver(udp, tcp, script);
  }

  get address(): ResolverAddress {
    return { host: '127.0.0.1', port: this.udp.address().port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.udp.close();
    this.tcp.close();
    await once(this.tcp, 'close');
  }

  private answer(bytes: Buffer, transport: Transport): Buffer | undefined {
    const query = parseQuery(bytes, transport);
    this.asked.push({ name: query.question.labels.join('.'), transport });
    return this.script(query);
  }
}
