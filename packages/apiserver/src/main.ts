import { readFileSync } from 'node:fs';
import { openEmbeddedStore } from '@typekube/storage';
import { alwaysAllow } from './authz/authorizer';
import { tokenFile } from './authn/token-file';
import { ApiServer } from './server';
import { namespaceHooks } from './hooks/namespaces';
import { eventHooks } from './hooks/events';
import { OpenAPIRoutes } from './openapi/routes';
async function main() {
  const dir = process.argv[2]!;
  const store = await openEmbeddedStore({ dataDir: dir + '/store' });
  const server = new ApiServer({ store, authenticators: [tokenFile(dir + '/tokens')], allowAnonymous: true, authorizer: alwaysAllow, inFlight: { maxMutating: 200, maxReadOnly: 400 }, requestTimeoutSeconds: 60, minRequestTimeoutSeconds: 1800,
    serving: { address: '127.0.0.1', port: 6443, cert: readFileSync(dir + '/cert'), key: readFileSync(dir + '/key') }, metrics: (n) => n, hooks: ({store}) => new Map([['namespaces', namespaceHooks], ['events', eventHooks(store, 3600)]]), addRoutes: (r, c) => new OpenAPIRoutes(c.registry).addTo(r), shutdownDelaySeconds: 0,
    log: { info: (m) => process.stderr.write(m + '\n'), error: (m, e) => process.stderr.write(m + ' ' + ((e as Error)?.stack ?? '') + '\n') } });
  await server.start();
  process.stderr.write('up ' + process.uptime() + ' ' + process.memoryUsage().rss / 1e6 + '\n');
}
void main();
