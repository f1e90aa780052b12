import { parseFlags, systemClock } from '@typekube/component-base';
import { authenticationFromFlags } from '../authn/from-flags';
import { program } from '../config/flags';
import type { ServerCore } from '../handlers/core';
import { TestServer, testCA, type TestServerOptions } from './test-server';

/** A server that authenticates as its flags say, and knows the admin's token besides. Not started: fails where the flags are wrong. */
export async function authenticatingServer(flags: readonly string[], ownKey: string, options: TestServerOptions = {}): Promise<TestServer> {
  const parsed = parseFlags(program, flags);
  if (parsed.action !== 'run') throw new Error('these flags do not start a server');
  const started: { core?: ServerCore } = {};
  const core = (): ServerCore => {
    if (!started.core) throw new Error('the server has not started');
    return started.core;
  };
  const { authenticators, tokenIssuer, addRoutes, stripHeaders, clientCA } = await authenticationFromFlags(parsed.options, {
    core,
    ownSigningKey: () => Promise.resolve(ownKey),
    ownCA: testCA.certificate,
    clock: systemClock,
    log: { warn: () => undefined, error: () => undefined },
    serverUrl: () => 'https://192.0.2.1:6443',
  });
  const composed = { moreAuthenticators: authenticators, tokenIssuer, addRoutes, clientCA, ...(stripHeaders && { stripHeaders }) };
  const server = await TestServer.start({ ...composed, ...options });
  started.core = server.server.core;
  return server;
}
