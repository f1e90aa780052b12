import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import {
  createCertificateAuthority,
  createServingCertificate,
  HealthEndpoint,
  type KeyPair,
  type Logger,
  type MetricsRegistry,
  pingCheck,
  readKeyPair,
  type ZPages,
} from '@typekube/component-base';
import type { Client } from '@typekube/client';
import type { ManagerOptions } from '../config/flags';
import { authorize } from './authorize';

export interface ServingOptions {
  readonly options: ManagerOptions['serving'];
  readonly client: Client;
  readonly metrics: MetricsRegistry;
  readonly pages: ZPages;
  readonly logger: Logger;
}

/**
 * Health (`/healthz`, `/livez`, `/readyz`) for everyone, `/metrics`, `/statusz` and `/flagz` for those whom the API server lets read it. Undefined with
 * port 0.
 */
export async function serve(serving: ServingOptions, signal: AbortSignal): Promise<void> {
  const { options, logger } = serving;
  if (options.securePort === 0) return;
  const server = createServer(await tlsOptions(options));
  server.on('request', (request, response) => {
    answer(serving, request, response).catch((error: unknown) => {
      logger.error('A request failed', error, { path: request.url });
      if (!response.headersSent) send(response, 500, 'Internal Server Error\n');
    });
  });
  server.listen(options.securePort, options.bindAddress);
  await once(server, 'listening');
  logger.info(`Serving securely on ${options.bindAddress}:${portOf(server)}`);
  if (!signal.aborted) await once(signal, 'abort');
  server.close();
  server.closeAllConnections();
}

async function tlsOptions(options: ManagerOptions['serving']): Promise<object> {
  const pair = await keyPair(options);
  const base = { cert: pair.certificate, key: pair.key, minVersion: 'TLSv1.2' };
  if (!options.clientCaFile) return base;
  return { ...base, ca: await readFile(options.clientCaFile, 'utf8'), requestCert: true, rejectUnauthorized: false };
}

async function keyPair({ tlsCertFile, tlsPrivateKeyFile }: ManagerOptions['serving']): Promise<KeyPair> {
  if (!tlsCertFile && !tlsPrivateKeyFile) {
    const authority = createCertificateAuthority({ commonName: 'kube-controller-manager-ca' });
    return createServingCertificate(authority, { commonName: 'kube-controller-manager', hosts: ['localhost', '127.0.0.1'] });
  }
  const pair = tlsCertFile && tlsPrivateKeyFile ? await readKeyPair({ certFile: tlsCertFile, keyFile: tlsPrivateKeyFile }) : undefined;
  if (!pair) throw new Error('--tls-cert-file and --tls-private-key-file must be specified together and both exist');
  return pair;
}

const HEALTH_PATHS = ['healthz', 'livez', 'readyz'];

async function answer({ client, metrics, pages, logger }: ServingOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://localhost');
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(url.pathname) ?? [];
  if (HEALTH_PATHS.includes(first)) {
    const onFailure = (check: string, error: unknown): void => logger.error('A health check failed', error, { check });
    const health = await new HealthEndpoint(first, [pingCheck], { onFailure }).answer(rest, url.searchParams);
    return health ? send(response, health.status, health.body, health.contentType) : send(response, 404, '404 page not found\n');
  }
  const verdict = await authorize(client, request, url.pathname);
  if (verdict === 'unauthenticated') return send(response, 401, 'Unauthorized\n');
  if (verdict === 'forbidden') return send(response, 403, 'Forbidden\n');
  const page = pages.answer(url.pathname, request.headers.accept);
  if (page) return send(response, page.status, page.body, page.contentType);
  if (url.pathname !== '/metrics') return send(response, 404, '404 page not found\n');
  const { body, contentType } = await metrics.expose();
  send(response, 200, body, contentType);
}

function send(response: ServerResponse, status: number, body: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' });
  response.end(body);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
