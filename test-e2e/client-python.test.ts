import { join } from 'node:path';
import { runProgram } from './support/process';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const PROGRAM = join(__dirname, 'programs/client_python.py');
/** Debian's own, for which Debian packs the client. */
const PYTHON = '/usr/bin/python3';

const PARTS = ['typed', 'lists', 'watches', 'expired', 'errors', 'patches', 'dynamics', 'documents', 'custom', 'leaders', 'pods', 'pages', 'informs', 'about'];

const scope = new Scope();
let server: ServerProcess;
beforeAll(async () => {
  server = await scope.server();
});

describe('a program with the Python client', () => {
  it.each(PARTS)('%s', async (part) => {
    const env = { ...process.env, KUBECONFIG: server.kubeconfig, NAMESPACE: await scope.namespace(server) };
    expect(await runProgram(PYTHON, [PROGRAM, part], { env })).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
