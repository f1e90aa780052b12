import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { errorCode } from '../kubeconfig/system-error';
import { ConnectionError } from './connection-error';
import type { TlsIdentity } from './dial';
import { tlsOptions } from './dial';
import type { WireRequest, WireResponse } from './http-message';
import { goMethod } from './http2-session';

/** HTTP/1.1 connections that are kept and used again; one request at a time on each. */
export class Http1Pool {
  private readonly agent: HttpAgent;

  /** Without an identity it speaks plain HTTP. */
  constructor(
    private readonly origin: URL,
    identity?: TlsIdentity,
  ) {
    const keep = { keepAlive: true, keepAliveMsecs: 30_000, maxSockets: Infinity };
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    this.agent = identity ? new HttpsAgent({ ...keep, ...tlsOptions(host, identity) }) : new HttpAgent(keep);
  }

  /** Resolves with the head of the response. Rejects with ConnectionError, or the signal's reason. */
  send(wanted: WireRequest): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      const { method, path, headers, body, signal } = wanted;
      const open = this.origin.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = open(new URL(path, this.origin), { method, headers, agent: this.agent, signal });
      request.setNoDelay(true);
      request.once('response', (message) => resolve(responseOf(message)));
      request.on('error', (error) => {
        if (signal.aborted) return reject(signal.reason);
        // The server closed a kept connection just as the request went out.
        const stale = request.reusedSocket && errorCode(error) === 'ECONNRESET' && method === 'GET';
        reject(new ConnectionError(`${goMethod(method)} "${this.origin.origin}${path}"`, error, stale));
      });
      request.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function responseOf(message: IncomingMessage): WireResponse {
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    body: message,
    isTruncated: () => !message.complete,
  };
}
