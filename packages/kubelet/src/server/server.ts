import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HealthEndpoint, type KeyPair, type Logger, type MetricsRegistry, pingCheck } from '@typekube/component-base';
import { proxyUpgrade, refuse } from '@typekube/streaming';
import type { Pod } from '../objects';
import { errorText } from '../program';
import type { Runtime } from '../runtime/runtime';
import { resourceMetrics } from '../stats/resource-metrics';
import type { StatsProvider } from '../stats/stats-provider';
import { type LogRequest, parseLogOptions, streamLogs } from './container-logs';
import type { Authentication } from './authentication';
import type { Authorization } from './authorization';
import { HttpError, respond } from './http-error';
import { streamUrl } from './streams';

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What the server shows. */
export interface ServedPods {
  pods(): Pod[];
  find(namespace: string, name: string): Pod | undefined;
}

export interface ServerOptions {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly identity: KeyPair;
  /** Whose certificates are believed; undefined: none are. */
  readonly clientCa: string | undefined;
  readonly authentication: Authentication;
  readonly authorization: Authorization;
  readonly pods: ServedPods;
  readonly runtime: Runtime;
  readonly stats: Pick<StatsProvider, 'look' | 'cadvisor'>;
  readonly metrics: MetricsRegistry;
  readonly log: Logger;
}

/** The kubelet's HTTPS API, mostly for the API server. Rejects where the port is taken. */
export class KubeletServer {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly options: ServerOptions,
  ) {}

  static async start(options: ServerOptions): Promise<KubeletServer> {
    const { identity, clientCa, address, port } = options;
    const server = createServer({
      cert: identity.certificate,
      key: identity.key,
      requestCert: true,
      rejectUnauthorized: false,
      ...(clientCa && { ca: clientCa }),
    });
    const kubelet = new KubeletServer(server, options);
    server.on('connection', (socket: Socket) => {
      kubelet.sockets.add(socket);
      socket.once('close', () => kubelet.sockets.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void kubelet.answer(request, response));
    server.on(
      'upgrade',
      (request: IncomingMessage, socket: Duplex, head: Buffer) => void kubelet.upgrade({ request, socket, head }),
    );
    server.listen(port, address);
    await once(server, 'listening');
    options.log.info('Starting to listen', { address, port: kubelet.port });
    return kubelet;
  }

  get port(): number {
    return addressOf(this.server).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.admit(request);
      await this.route(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else if (error instanceof HttpError) respond(response, { code: error.code, body: `${error.message}\n` });
      else {
        this.options.log.error('A request failed', error, { path: request.url });
        respond(response, { code: 500, body: `${errorText(error)}\n` });
      }
    }
  }

  /** Only who is known, and may do with the node what the request is for. */
  private async admit(request: IncomingMessage): Promise<void> {
    const { authentication, authorization } = this.options;
    const caller = await authentication.callerOf(request);
    const { pathname: path } = new URL(request.url ?? '/', 'https://kubelet');
    await authorization.check(caller, { method: request.method ?? '', path });
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pods, metrics, stats } = this.options;
    const url = new URL(request.url ?? '/', 'https://kubelet');
    const [, first = '', ...rest] = url.pathname.split('/');
    switch (first) {
      case 'healthz': {
        const health = new HealthEndpoint('healthz', [pingCheck]);
        const answer = await health.answer(rest.join('/'), url.searchParams);
        if (!answer) throw new HttpError(404, '404 page not found');
        return respond(response, { code: answer.status, body: answer.body });
      }
      case 'pods':
        return respond(response, {
          code: 200,
          body: JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods.pods() }),
          contentType: 'application/json',
        });
      case 'metrics': {
        if (rest.join('/') === 'resource') {
          const text = resourceMetrics(await stats.look(pods.pods()).catch(() => undefined));
          return respond(response, { code: 200, body: text, contentType: METRICS_TYPE });
        }
        if (rest.join('/') === 'cadvisor') {
          return respond(response, { code: 200, body: await stats.cadvisor(pods.pods()), contentType: METRICS_TYPE });
        }
        if (rest.length > 0) throw new HttpError(404, '404 page not found');
        const { body, contentType } = await metrics.expose();
        return respond(response, { code: 200, body, contentType });
      }
      case 'stats': {
        if (rest.join('/') !== 'summary') throw new HttpError(404, '404 page not found');
        const { summary } = await stats.look(pods.pods());
        return respond(response, { code: 200, body: JSON.stringify(summary), contentType: 'application/json' });
      }
      case 'containerLogs':
        return streamLogs(this.logRequest(rest, url), response);
      default:
        throw new HttpError(404, '404 page not found');
    }
  }

  private logRequest([namespace = '', name = '', container = '']: string[], url: URL): LogRequest {
    const pod = this.options.pods.find(namespace, name);
    if (!pod) throw new HttpError(404, `pod "${name}" does not exist`);
    return { pod, container, options: parseLogOptions(url.searchParams), runtime: this.options.runtime };
  }

  private async upgrade({ request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer }): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      await this.admit(request);
      const url = await streamUrl(new URL(request.url ?? '/', 'https://kubelet'), this.options);
      await proxyUpgrade({ request, socket, head }, { url });
    } catch (error) {
      refuse(socket, error instanceof HttpError ? error.code : 500, errorText(error));
    }
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (typeof address === 'object' && address !== null) return address;
  throw new Error('the server does not listen');
}
