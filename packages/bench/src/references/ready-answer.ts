import { createServer } from 'node:https';
import type { KeyPair } from '../processes/api-server';
import { serveCommands } from '../processes/commands';
import { listen, Reference, startReference } from './reference';

interface ReadyAnswerCommands {
  listen(options: KeyPair & { readonly bytes: number }): Promise<number>;
}

/** A bare `node:https` handler that answers everything with one ready buffer of `bytes`. */
export async function startReadyAnswer(keyPair: KeyPair, bytes: number): Promise<Reference<ReadyAnswerCommands>> {
  const worker = startReference<ReadyAnswerCommands>('ready-answer');
  return new Reference(worker, await worker.ask('listen', { ...keyPair, bytes }));
}

const commands: ReadyAnswerCommands = {
  listen({ cert, key, bytes }) {
    const body = Buffer.alloc(bytes, 'x');
    const headers = { 'Content-Type': 'application/json', 'Content-Length': bytes };
    return listen(
      createServer({ cert, key }, (_request, response) => {
        response.writeHead(200, headers);
        response.end(body);
      }),
    );
  },
};

if (require.main === module) serveCommands(commands);
