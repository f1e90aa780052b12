import { formatGroupVersion } from '@typekube/apimachinery';
import type { Transport } from '../transport/transport';
import type { ApiGroup, ApiResource, ApiSurface } from './api-resource';
import { parseCoreVersions, parseGroups, parseResources } from './parse-discovery';

/** Asks a server what it serves. The answer is kept until `invalidate`. */
export class DiscoveryClient {
  private surface: Promise<ApiSurface> | undefined;

  constructor(private readonly transport: Transport) {}

  /** Everything that is served. Groups whose resources cannot be had are left out and named in `failed`. */
  get(): Promise<ApiSurface> {
    if (this.surface) return this.surface;
    const asked = this.ask();
    this.surface = asked;
    // A failure is not kept; the caller gets it from the promise itself.
    asked.catch(() => this.surface === asked && this.invalidate());
    return asked;
  }

  /** The next question goes to the server. */
  invalidate(): void {
    this.surface = undefined;
  }

  private async ask(): Promise<ApiSurface> {
    const [core, named] = await Promise.all([this.read('/api'), this.read('/apis')]);
    const groups = [parseCoreVersions(core), ...parseGroups(named)];
    const failed: { groupVersion: string; error: unknown }[] = [];
    const found = await Promise.all(
      groups.flatMap((group) => group.versions.map((version) => this.resourcesOf(group, version, failed))),
    );
    return { groups, resources: found.flat(), failed };
  }

  private async resourcesOf(
    group: ApiGroup,
    version: string,
    failed: { groupVersion: string; error: unknown }[],
  ): Promise<ApiResource[]> {
    const groupVersion = formatGroupVersion({ group: group.name, version });
    try {
      return parseResources(await this.read(`/${group.name ? 'apis' : 'api'}/${groupVersion}`));
    } catch (error) {
      failed.push({ groupVersion, error });
      return [];
    }
  }

  private read(path: string): Promise<unknown> {
    return this.transport.json({ method: 'GET', path });
  }
}
