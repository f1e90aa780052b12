import { createHash } from 'node:crypto';
import type { ResourceRegistry } from '@typekube/api';
import { newUnknownPath } from '@typekube/apimachinery';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { negotiate } from '../http/negotiate';
import { sendBytes, sendEncoded, sendUnknownPath } from '../http/respond';
import { aggregatedDiscovery } from './aggregated';
import { type DiscoveredGroup, discoveredGroups, type RemoteVersions } from './discovered-groups';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './documents';

/** Answers `/api`, `/api/v1`, `/apis`, `/apis/GROUP` and `/apis/GROUP/VERSION`. Documents are encoded once and anew after a change. */
export class Discovery {
  private encoded = new Map<string, { body: Buffer; etag: string }>();

  constructor(
    private readonly registry: ResourceRegistry,
    private readonly serverAddress: () => string,
    private readonly remote: RemoteVersions,
  ) {
    registry.onChange(() => this.encoded.clear());
    remote.onChange(() => this.encoded.clear());
  }

  handle(request: ApiRequest, response: ApiResponse): void | Promise<void> {
    const segments = request.context.info.path.split('/').filter(Boolean);
    const version = segments.length === 1 ? aggregatedVersion(request.headers.accept) : undefined;
    if (version) return this.sendAggregated(request, response, segments[0] === 'api' ? 'core' : 'groups', version);
    if (segments[0] === 'apis' && segments.length > 1 && !this.isKnown(segments[1]!)) return sendUnknownPath(request, response);
    const { body } = this.document(segments.join('/'), () => this.legacy(segments));
    return sendEncoded(request, response, 200, body, negotiate(request.headers.accept));
  }

  private sendAggregated(request: ApiRequest, response: ApiResponse, which: 'core' | 'groups', version: string): void {
    const { body, etag } = this.document(`${which}:${version}`, () => {
      return aggregatedDiscovery(this.groups(), which, `apidiscovery.k8s.io/${version}`);
    });
    const headers = {
      'Content-Type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
      ETag: etag,
      Vary: 'Accept',
    };
    const isKnown = request.headers['if-none-match'] === etag;
    sendBytes(request, response, isKnown ? 304 : 200, isKnown ? Buffer.alloc(0) : body, headers);
  }

  private legacy(segments: readonly string[]): object | undefined {
    const [root, first = '', second = ''] = segments;
    if (segments.length === 1) return root === 'api' ? apiVersions(this.serverAddress()) : apiGroupList(this.groups());
    if (root === 'api') return segments.length === 2 ? apiResourceList(this.registry, '', first) : undefined;
    if (segments.length === 2) return apiGroup(this.groups(), first);
    return segments.length === 3 ? apiResourceList(this.registry, first, second) : undefined;
  }

  private isKnown(name: string): boolean {
    return this.groups().some(({ group }) => group === name);
  }

  private groups(): DiscoveredGroup[] {
    return discoveredGroups(this.registry, this.remote.versions);
  }

  private document(key: string, make: () => object | undefined): { body: Buffer; etag: string } {
    let found = this.encoded.get(key);
    if (!found) {
      const value = make();
      if (!value) throw newUnknownPath();
      const body = Buffer.from(JSON.stringify(value));
      const hash = createHash('sha256').update(body).digest('hex').toUpperCase();
      this.encoded.set(key, (found = { body, etag: `"${hash}"` }));
    }
    return found;
  }
}

/** The newest aggregated version that the client takes, if it takes one; clients list it before the older documents. */
function aggregatedVersion(accept: string | undefined): string | undefined {
  if (!accept?.includes('as=APIGroupDiscoveryList')) return undefined;
  const versions = [...accept.matchAll(/application\/json;[^,]*/g)].flatMap(([clause]) => {
    if (!clause.includes('g=apidiscovery.k8s.io') || !clause.includes('as=APIGroupDiscoveryList')) return [];
    return /v=(v2beta1|v2)(?:;|$)/.exec(clause)?.[1] ?? [];
  });
  return versions[0];
}
