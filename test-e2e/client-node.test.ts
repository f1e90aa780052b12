import { join } from 'node:path';
import { runProgram } from './support/process';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const PROGRAM = join(__dirname, 'programs/client-node.mjs');

const scope = new Scope();
let server: ServerProcess;
beforeAll(async () => {
  server = await scope.server();
});

/** The client's code is for Node's own module loader, not for jest's, so it runs as what it is: a program. */
describe('a program with @kubernetes/client-node', () => {
  it.each([['list'], ['watch'], ['informer'], ['patch'], ['apply'], ['conflict'], ['delete'], ['workloads'], ['custom']])('%s', async (part) => {
    const env = { ...process.env, KUBECONFIG: server.kubeconfig, NAMESPACE: await scope.namespace(server) };
    expect(await runProgram(process.execPath, [PROGRAM, part], { env })).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
