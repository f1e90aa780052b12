import { MetricsRegistry, parseFlags, systemClock } from '@typekube/component-base';
import { authenticationFromFlags } from '../authn/from-flags';
import { program } from '../config/flags';
import type { ServerCore } from '../handlers/core';
import { TestServer, testCA, type TestServerOptions } from './test-server';

/** A server that authenticates as its flags say, and knows the admin's token besides. Rejects where the flags are wrong. */
export async function authenticatingServer(flags: readonly string[], ownKey: string, options: TestServerOptions = {}): Promise<TestServer> {
  const parsed = parseFlags(program, flags);
  if (parsed.action !== 'run') throw new Error('these flags do not start a server');
  const started: { core?: ServerCore } = {};
  const core = (): ServerCore => {
    if (!started.core) throw new Error('the server has not started');
    return started.core;
  };
  const metrics = new MetricsRegistry();
  const authentication = await authenticationFromFlags(parsed.options, {
    core,
    ownSigningKey: () => Promise.resolve(ownKey),
    ownCA: testCA.certificate,
    serverUrl: () => 'https://192.0.2.1:6443',
    clock: systemClock,
    metrics,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const { authenticators, tokenIssuer, addRoutes, clientCA, stripHeaders, anonymous } = authentication;
  const composed: TestServerOptions = {
    moreAuthenticators: authenticators,
    tokenIssuer,
    addRoutes,
    clientCA,
    allowAnonymous: anonymous.enabled,
    ...(anonymous.paths && { anonymousPaths: anonymous.paths }),
    ...(stripHeaders && { stripHeaders }),
  };
  const server = await TestServer.start({ ...composed, ...options });
  started.core = server.server.core;
  const running = authentication.run((pem) => server.server.useClientCA(pem), server.server.core.stopping);
  server.onStop(() => running);
  return server;
}
