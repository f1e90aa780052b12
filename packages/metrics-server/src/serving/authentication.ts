import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { newUnauthorized } from '@typekube/apimachinery';
import { ANONYMOUS, bearerTokenOf, type Caller, type Client, reviewToken, withAuthenticated } from '@typekube/client';
import { AnswerCache, certificateIdentity, type Clock } from '@typekube/component-base';
import type { Trust } from './trust';

export interface AuthenticationOptions {
  readonly trust: () => Trust;
  readonly client: Client;
  readonly cacheTtl: number;
  readonly clock: Clock;
}

/** Finds out who a caller is, as upstream's extension API servers: whom the API server's proxy names, else by certificate, else by bearer token. */
export class Authentication {
  private readonly byToken: AnswerCache<Caller | undefined>;

  constructor(private readonly options: AuthenticationOptions) {
    this.byToken = new AnswerCache(options.clock, () => options.cacheTtl);
  }

  /** Rejects with 401 for credentials that nobody knows, and with the API server's error where it cannot be asked. Without any: anonymous. */
  async callerOf(request: IncomingMessage): Promise<Caller> {
    const { socket, rawHeaders } = request;
    const peer = socket instanceof TLSSocket && socket.getPeerX509Certificate() ? socket : undefined;
    const token = bearerTokenOf(request);
    if (!peer && token === undefined) return ANONYMOUS;
    const caller = (peer && this.byCertificate(peer, rawHeaders)) ?? (token === undefined ? undefined : await this.ofToken(token));
    if (!caller) throw newUnauthorized();
    return caller;
  }

  /** The headers of a proxy count only if its certificate is of the proxies' own authority and its name allowed. Undefined for a certificate that says nothing here. */
  private byCertificate(socket: TLSSocket, rawHeaders: readonly string[]): Caller | undefined {
    const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
    if (!certificate) return undefined;
    const { commonName, organizations, notAfter } = certificateIdentity(certificate);
    if (notAfter.getTime() <= this.options.clock.now()) return undefined;
    const { proxies, clients } = this.options.trust();
    const isProxy = proxies?.pool.hasSigned(socket) && (proxies.allowedNames.length === 0 || proxies.allowedNames.includes(commonName));
    const named = isProxy ? proxies?.userOf(rawHeaders) : undefined;
    if (named) return { ...named, groups: withAuthenticated(named.groups) };
    return clients?.hasSigned(socket) && commonName ? { name: commonName, groups: withAuthenticated(organizations) } : undefined;
  }

  private ofToken(token: string): Promise<Caller | undefined> {
    return this.byToken.get(createHash('sha256').update(token).digest('base64'), () => reviewToken(this.options.client, token));
  }
}
