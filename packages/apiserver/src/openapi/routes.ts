import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  buildOpenAPIv2,
  buildOpenAPIv3,
  documentPaths,
  encodeOpenAPIv2Protobuf,
  OPENAPI_V2_PROTOBUF,
  OPENAPI_V2_PROTOBUF_ASKED,
  type ResourceDefinition,
  type ResourceRegistry,
} from '@typekube/api';
import { newUnknownPath } from '@typekube/apimachinery';
import type { Router } from 'express';
import { route } from '../handlers/non-resource-handler';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { sendBytes } from '../http/respond';
import { VERSION } from '../version';

const compress = promisify(gzip);
const expand = promisify(gunzip);

const INFO = { title: 'Kubernetes', version: VERSION.gitVersion };

/** `/openapi/v2` and `/openapi/v3`. A document is made when first asked for, and kept compressed only; a change of the registry drops it. */
export class OpenAPIRoutes {
  private readonly documents = new Map<string, Promise<Buffer>>();
  private definitions: readonly ResourceDefinition[] | undefined;

  constructor(private readonly registry: ResourceRegistry) {
    registry.onChange(() => {
      this.documents.clear();
      this.definitions = undefined;
    });
  }

  addTo(router: Router): void {
    router.get('/openapi/v2', route((request, response) => this.sendV2(request, response)));
    router.get('/openapi/v3', route((request, response) => this.sendIndex(request, response)));
    router.get('/openapi/v3/*path', route((request, response) => this.sendV3(request, response)));
  }

  private sendV2(request: ApiRequest, response: ApiResponse): Promise<void> {
    const accept = request.headers.accept ?? '';
    const isProtobuf = accept.includes(OPENAPI_V2_PROTOBUF_ASKED) || accept.includes(OPENAPI_V2_PROTOBUF);
    const document = this.document(isProtobuf ? 'v2.pb' : 'v2', () => {
      const built = buildOpenAPIv2(this.served(), INFO);
      return isProtobuf ? encodeOpenAPIv2Protobuf(built) : Buffer.from(JSON.stringify(built));
    });
    const type = isProtobuf ? OPENAPI_V2_PROTOBUF : 'application/json';
    return send(request, response, document, { 'Content-Type': type, ETag: `"${this.hash('v2')}"` });
  }

  private sendIndex(request: ApiRequest, response: ApiResponse): void {
    const paths = Object.fromEntries(
      documentPaths(this.served()).map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.hash(path)}` }]),
    );
    sendBytes(request, response, 200, Buffer.from(JSON.stringify({ paths })), { 'Content-Type': 'application/json' });
  }

  private sendV3(request: ApiRequest, response: ApiResponse): Promise<void> {
    const path = request.context.info.path.slice('/openapi/v3/'.length);
    if (!documentPaths(this.served()).includes(path)) throw newUnknownPath();
    const hash = this.hash(path);
    const document = this.document(path, () => Buffer.from(JSON.stringify(buildOpenAPIv3(path, this.served(), INFO))));
    // The hash in the URL names the content, which may then be kept for ever.
    const isNamed = request.context.query.get('hash') === hash;
    return send(request, response, document, {
      'Content-Type': 'application/json',
      ETag: `"${hash}"`,
      ...(isNamed && { 'Cache-Control': 'public, immutable', Expires: new Date(Date.now() + YEAR_MS).toUTCString() }),
    });
  }

  private document(key: string, make: () => Buffer): Promise<Buffer> {
    let found = this.documents.get(key);
    if (!found) {
      found = compress(make());
      this.documents.set(key, found);
    }
    return found;
  }

  /** Names the content of a document without making it: what is served in which versions, by this version of the server. */
  private hash(path: string): string {
    const names = this.served().map(({ group, plural, versions }) => [group, plural, ...versions.map(({ version }) => version)]);
    const text = JSON.stringify([path, VERSION.gitVersion, names]);
    return createHash('sha512').update(text).digest('hex').toUpperCase();
  }

  /** Definitions with the versions that are served, and no others. */
  private served(): readonly ResourceDefinition[] {
    this.definitions ??= this.registry.served().map((definition) => {
      const { group, plural, versions } = definition;
      return { ...definition, versions: versions.filter(({ version }) => this.registry.byResource(group, version, plural)) };
    });
    return this.definitions;
  }
}

const YEAR_MS = 365 * 24 * 3600 * 1000;

async function send(
  request: ApiRequest,
  response: ApiResponse,
  document: Promise<Buffer>,
  headers: Record<string, string>,
): Promise<void> {
  const all = { ...headers, Vary: 'Accept, Accept-Encoding' };
  if (request.headers['if-none-match'] === headers['ETag']) return sendBytes(request, response, 304, Buffer.alloc(0), all);
  const compressed = await document;
  if (request.headers['accept-encoding']?.includes('gzip')) {
    return sendBytes(request, response, 200, compressed, { ...all, 'Content-Encoding': 'gzip' });
  }
  return sendBytes(request, response, 200, await expand(compressed), all);
}
