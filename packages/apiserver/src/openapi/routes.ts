import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  encodeOpenAPIv2Protobuf,
  encodeOpenAPIv3Protobuf,
  type JsonObject,
  OPENAPI_INFO,
  OPENAPI_V2_PROTOBUF,
  OPENAPI_V2_PROTOBUF_ASKED,
  OPENAPI_V3_PROTOBUF,
  OPENAPI_V3_PROTOBUF_ASKED,
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
import type { RemoteDocument } from '../aggregation/remote-openapi';
import { expandShared } from './expand-shared';
import { mergeOpenAPIv2 } from './merge-v2';

const compress = promisify(gzip);

/** Behind the name of a document in this form. */
const PROTOBUF = '.pb';

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** What other servers say of what they serve. */
export interface RemoteDocuments {
  readonly isEmpty: boolean;
  v2(): Promise<readonly RemoteDocument[]>;
  /** Paths of version 3, and where they are had. */
  v3(): Promise<Iterable<readonly [string, string]>>;
  /** Passes on what is asked of another's version 3 document; undefined for this server's own. */
  passOn(path: string, request: ApiRequest, response: ApiResponse): Promise<void> | undefined;
}

/** `/openapi/v2` and `/openapi/v3`. A document is read or made when first asked for, and kept compressed only; a change of the registry drops it. */
export class OpenAPIRoutes {
  private readonly compressed = new Map<string, Promise<Buffer>>();
  private readonly merged = new Map<string, Merged>();
  private documents: OpenAPIDocuments | undefined;

  constructor(
    private readonly registry: ResourceRegistry,
    private readonly remote: RemoteDocuments,
  ) {
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
    const headers = { 'Content-Type': isProtobuf ? OPENAPI_V2_PROTOBUF : chosen };
    const name = isProtobuf ? V2_PROTOBUF : V2_JSON;
    const others = this.remote.isEmpty ? [] : await this.remote.v2();
    if (others.length === 0) return this.send(request, response, name, headers);
    const merged = this.mergedWith(others, name);
    await sendDocument(request, response, { etag: merged.etag, headers, compressed: () => merged.compressed });
  }

  /** The last one is kept: clients ask for the same again and again. */
  private mergedWith(others: readonly RemoteDocument[], name: string): Merged {
    const parts = [this.current().hash(name), ...others.map(({ api, etag, document }) => [api.name, etag || document])];
    const etag = createHash('sha512').update(JSON.stringify(parts)).digest('hex').toUpperCase();
    let merged = this.merged.get(name);
    if (merged?.etag !== etag) {
      merged = { etag, compressed: this.merge(others, name) };
      this.merged.set(name, merged);
      merged.compressed.catch(() => this.merged.delete(name));
    }
    return merged;
  }

  private async merge(others: readonly RemoteDocument[], name: string): Promise<Buffer> {
    const own = JSON.parse((await expandShared(await this.compressedDocument(V2_JSON))).toString('utf8')) as JsonObject;
    const document = others.reduce((all, { document: other }) => mergeOpenAPIv2(all, other), own);
    return compress(name === V2_PROTOBUF ? encodeOpenAPIv2Protobuf(document) : JSON.stringify(document));
  }

  private async sendIndex(request: ApiRequest, response: ApiResponse): Promise<void> {
    const documents = this.current();
    const own = documents.v3Paths.map((path): [string, string] => [path, hashedUrl(documents, path)]);
    const others = this.remote.isEmpty ? [] : await this.remote.v3();
    const paths = Object.fromEntries([...own, ...others].map(([path, serverRelativeURL]) => [path, { serverRelativeURL }]));
    sendBytes(request, response, 200, Buffer.from(JSON.stringify({ paths })), { 'Content-Type': 'application/json' });
  }

  private async sendV3(request: ApiRequest, response: ApiResponse): Promise<void> {
    const path = request.context.info.path.slice('/openapi/v3/'.length);
    const isPassedOn = this.remote.passOn(path, request, response);
    if (isPassedOn) return isPassedOn;
    const documents = this.current();
    if (!documents.v3Paths.includes(path)) throw newUnknownPath();
    const chosen = chooseType(request.headers.accept, ['application/json', OPENAPI_V3_PROTOBUF_ASKED, OPENAPI_V3_PROTOBUF]);
    if (!chosen) return sendNotAcceptable(request, response);
    const isProtobuf = chosen !== 'application/json';
    const asked = request.context.query.get('hash');
    if (asked && asked !== documents.hash(path)) {
      return sendBytes(request, response, 301, Buffer.alloc(0), { Location: hashedUrl(documents, path) });
    }
    const headers = {
      'Content-Type': isProtobuf ? OPENAPI_V3_PROTOBUF : chosen,
      // The hash in the URL names the content, which may then be kept for ever.
      ...(asked && { 'Cache-Control': 'public, immutable', Expires: new Date(Date.now() + YEAR_MS).toUTCString() }),
    };
    const compressed = (): Promise<Buffer> => (isProtobuf ? this.v3Protobuf(path) : this.compressedDocument(path));
    await sendDocument(request, response, { etag: documents.hash(path), headers, compressed });
  }

  /** Made from the document in JSON when first asked for. */
  private v3Protobuf(path: string): Promise<Buffer> {
    const name = `${path}${PROTOBUF}`;
    let found = this.compressed.get(name);
    if (!found) {
      found = this.compressedDocument(path).then(async (json) => compress(encodeOpenAPIv3Protobuf(JSON.parse((await expandShared(json)).toString('utf8')) as JsonObject)));
      this.compressed.set(name, found);
    }
    return found;
  }

  private async send(request: ApiRequest, response: ApiResponse, name: string, headers: Record<string, string>): Promise<void> {
    await sendDocument(request, response, { etag: this.current().hash(name), headers, compressed: () => this.compressedDocument(name) });
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

interface Merged {
  readonly etag: string;
  readonly compressed: Promise<Buffer>;
}

interface SentDocument {
  readonly etag: string;
  readonly headers: Record<string, string>;
  readonly compressed: () => Promise<Buffer>;
}

async function sendDocument(request: ApiRequest, response: ApiResponse, document: SentDocument): Promise<void> {
  const etag = `"${document.etag}"`;
  const headers = { ...document.headers, ETag: etag, Vary: 'Accept, Accept-Encoding' };
  if (request.headers['if-none-match'] === etag) return sendBytes(request, response, 304, Buffer.alloc(0), headers);
  const compressed = await document.compressed();
  if (request.headers['accept-encoding']?.includes('gzip')) {
    return sendBytes(request, response, 200, compressed, { ...headers, 'Content-Encoding': 'gzip' });
  }
  return sendBytes(request, response, 200, await expandShared(compressed), headers);
}

/** A bare 406, as kube-openapi's handlers answer it. */
function sendNotAcceptable(request: ApiRequest, response: ApiResponse): void {
  sendBytes(request, response, 406, Buffer.alloc(0), { Vary: 'Accept' });
}

function hashedUrl(documents: OpenAPIDocuments, path: string): string {
  return `/openapi/v3/${path}?hash=${documents.hash(path)}`;
}
