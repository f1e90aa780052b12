import { isJsonObject } from '@typekube/apimachinery';
import type { JsonObject } from '@typekube/api';
import type { OutboundAnswer } from '../http/outbound';
import { pathOfApi, type RemoteApi } from './remote-api';
import type { RemoteApis } from './remote-apis';

/** A document of another server, as it was last told. */
interface Known {
  readonly etag: string;
  readonly document: JsonObject;
}

interface Asked extends Partial<Known> {
  readonly api: RemoteApi;
  readonly at: number;
}

export interface RemoteDocument extends Known {
  readonly api: RemoteApi;
}

type Ask = (api: RemoteApi, question: { readonly path: string; readonly accept: string; readonly known?: string | undefined }) => Promise<OutboundAnswer>;

/** How long what a server said is taken for what it says. */
const FRESH_MS = 60_000;

/** The OpenAPI documents of extension API servers: asked for when a client wants them, and no more often than each minute. */
export class RemoteOpenAPI {
  private readonly asked = new Map<string, Promise<Asked>>();

  constructor(
    private readonly apis: RemoteApis,
    private readonly ask: Ask,
  ) {
    apis.onChange((name) => {
      if (apis.get(name)) return;
      for (const path of [V2, V3]) this.asked.delete(`${name}${path}`);
    });
  }

  get isEmpty(): boolean {
    return this.apis.size === 0;
  }

  /** Version 2 documents, whole. */
  v2(): Promise<RemoteDocument[]> {
    return this.all(V2);
  }

  /** What the servers' indexes say of their group versions: the path below `/openapi/v3/` and where it is had. */
  async v3(): Promise<Map<string, string>> {
    const indexes = await this.all(V3);
    const entries = indexes.flatMap(({ api, document: { paths } }): [string, string][] => {
      const path = pathOfApi(api).slice(1);
      const found = isJsonObject(paths) ? paths[path] : undefined;
      const url = isJsonObject(found) ? found['serverRelativeURL'] : undefined;
      return typeof url === 'string' ? [[path, url]] : [];
    });
    return new Map(entries);
  }

  /** Whose version 3 document it is; undefined for this server's own. */
  ownerOf(path: string): RemoteApi | undefined {
    if (this.isEmpty) return undefined;
    return [...this.apis.all].find((api) => pathOfApi(api) === `/${path}`);
  }

  private async all(path: string): Promise<RemoteDocument[]> {
    const asked = await Promise.all([...this.apis.all].map((api) => this.current(api, path)));
    return asked.flatMap(({ api, etag, document }) => (document ? [{ api, etag: etag ?? '', document }] : []));
  }

  /** One question at a time for each, which all who want to know wait for. */
  private current(api: RemoteApi, path: string): Promise<Asked> {
    const key = `${api.name}${path}`;
    const before = this.asked.get(key) ?? Promise.resolve({ api, at: -FRESH_MS });
    const now = performance.now();
    const next = before.then((known) => (now - known.at < FRESH_MS && known.api === api ? known : this.refresh(api, path, known)));
    this.asked.set(key, next);
    return next;
  }

  /** What cannot be had now stays as it was. */
  private async refresh(api: RemoteApi, path: string, known: Asked): Promise<Asked> {
    const at = performance.now();
    if (!api.isAvailable) return { ...known, api, at };
    try {
      const { status, headers, body } = await this.ask(api, { path, accept: 'application/json', known: known.etag || undefined });
      const document: unknown = status === 200 ? JSON.parse(body) : undefined;
      return isJsonObject(document) ? { api, at, etag: headers.etag ?? '', document: document as JsonObject } : { ...known, api, at };
    } catch {
      // That it does not answer is told in its condition.
      return { ...known, api, at };
    }
  }
}

const V2 = '/openapi/v2';
const V3 = '/openapi/v3';
