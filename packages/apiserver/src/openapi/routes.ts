import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  OPENAPI_INFO,
  OPENAPI_V2_PROTOBUF,
  OPENAPI_V2_PROTOBUF_ASKED,
  OpenAPIDocuments,
  type ResourceRegistry,
  servedDefinitions,
  V2_JSON,
  V2_PROTOBUF,
} from '@typekube/api';
import { newUnknownPath } from '@typekube/apimachinery';
import type { Router } from 'express';
import { route } from '../handlers/non-resource-handler';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { chooseType } from '../http/negotiate';
import { sendBytes } from '../http/respond';

const compress = promisify(gzip);
const expand = promisify(gunzip);

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** `/openapi/v2` and `/openapi/v3`. A document is read or made when first asked for, and kept compressed only; a change of the registry drops it. */
export class OpenAPIRoutes {
  private readonly compressed = new Map<string, Promise<Buffer>>();
  private documents: OpenAPIDocuments | undefined;

  constructor(private readonly registry: ResourceRegistry) {
    registry.onChange(() => {
      this.compressed.clear();
      this.documents = undefined;
    });
  }

  addTo(router: Router): void {
    router.get('/openapi/v2', route((request, response) => this.sendV2(request, response)));
    router.get('/openapi/v3', route((request, response) => this.sendIndex(request, response)));
    router.get('/openapi/v3/*path', route((request, response) => this.sendV3(request, response)));
  }

  private async sendV2(request: ApiRequest, response: ApiResponse): Promise<void> {
    const chosen = chooseType(request.headers.accept, ['application/json', OPENAPI_V2_PROTOBUF_ASKED, OPENAPI_V2_PROTOBUF]);
    if (!chosen) return sendNotAcceptable(request, response);
    const isProtobuf = chosen !== 'application/json';
    await this.send(request, response, isProtobuf ? V2_PROTOBUF : V2_JSON, { 'Content-Type': isProtobuf ? OPENAPI_V2_PROTOBUF : chosen });
  }

  private sendIndex(request: ApiRequest, response: ApiResponse): void {
    const documents = this.current();
    const paths = Object.fromEntries(
      documents.v3Paths.map((path) => [path, { serverRelativeURL: hashedUrl(documents, path) }]),
    );
    sendBytes(request, response, 200, Buffer.from(JSON.stringify({ paths })), { 'Content-Type': 'application/json' });
  }

  private async sendV3(request: ApiRequest, response: ApiResponse): Promise<void> {
    const path = request.context.info.path.slice('/openapi/v3/'.length);
    const documents = this.current();
    if (!documents.v3Paths.includes(path)) throw newUnknownPath();
    if (!chooseType(request.headers.accept, ['application/json'])) return sendNotAcceptable(request, response);
    const asked = request.context.query.get('hash');
    if (asked && asked !== documents.hash(path)) {
      return sendBytes(request, response, 301, Buffer.alloc(0), { Location: hashedUrl(documents, path) });
    }
    await this.send(request, response, path, {
      'Content-Type': 'application/json',
      // The hash in the URL names the content, which may then be kept for ever.
      ...(asked && { 'Cache-Control': 'public, immutable', Expires: new Date(Date.now() + YEAR_MS).toUTCString() }),
    });
  }

  private async send(request: ApiRequest, response: ApiResponse, name: string, headers: Record<string, string>): Promise<void> {
    const etag = `"${this.current().hash(name)}"`;
    const all = { ...headers, ETag: etag, Vary: 'Accept, Accept-Encoding' };
    if (request.headers['if-none-match'] === etag) return sendBytes(request, response, 304, Buffer.alloc(0), all);
    const compressed = await this.compressedDocument(name);
    if (request.headers['accept-encoding']?.includes('gzip')) {
      return sendBytes(request, response, 200, compressed, { ...all, 'Content-Encoding': 'gzip' });
    }
    return sendBytes(request, response, 200, await expand(compressed), all);
  }

  private compressedDocument(name: string): Promise<Buffer> {
    let found = this.compressed.get(name);
    if (!found) {
      const documents = this.current();
      const prebuilt = documents.readPrebuilt(name);
      found = prebuilt ? Promise.resolve(prebuilt) : compress(documents.build(name));
      this.compressed.set(name, found);
    }
    return found;
  }

  private current(): OpenAPIDocuments {
    this.documents ??= new OpenAPIDocuments(servedDefinitions(this.registry), OPENAPI_INFO);
    return this.documents;
  }
}

/** A bare 406, as kube-openapi's handlers answer it. */
function sendNotAcceptable(request: ApiRequest, response: ApiResponse): void {
  sendBytes(request, response, 406, Buffer.alloc(0), { Vary: 'Accept' });
}

function hashedUrl(documents: OpenAPIDocuments, path: string): string {
  return `/openapi/v3/${path}?hash=${documents.hash(path)}`;
}
