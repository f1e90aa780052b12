import { Etcd3 } from 'etcd3';
import { createServer } from 'node:https';
import type { KeyPair } from '../processes/api-server';
import { serveCommands } from '../processes/commands';
import { listen, Reference, startReference } from './reference';

interface EtcdPutCommands {
  listen(options: KeyPair & { readonly endpoint: string }): Promise<number>;
}

/** A bare `node:https` handler that does one guarded put to etcd for each request, with the library that our driver uses. */
export async function startEtcdPut(keyPair: KeyPair, endpoint: string): Promise<Reference<EtcdPutCommands>> {
  const worker = startReference<EtcdPutCommands>('etcd-put');
  return new Reference(worker, await worker.ask('listen', { ...keyPair, endpoint }));
}

const commands: EtcdPutCommands = {
  listen({ cert, key, endpoint }) {
    const { kv } = new Etcd3({ hosts: endpoint });
    let count = 0;
    const put = async (value: Buffer): Promise<void> => {
      count += 1;
      const name = Buffer.from(`/registry/configmaps/bench/load-${String(count).padStart(10, '0')}`);
      await kv.txn({
        compare: [{ key: name, target: 'Mod', result: 'Equal', mod_revision: 0 }],
        success: [{ request_put: { key: name, value } }],
        failure: [{ request_range: { key: name } }],
      });
    };
    return listen(
      createServer({ cert, key }, (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const body = Buffer.concat(chunks);
          put(body).then(
            () => response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body),
            (error: unknown) => response.writeHead(500).end(String(error)),
          );
        });
      }),
    );
  },
};

if (require.main === module) serveCommands(commands);
