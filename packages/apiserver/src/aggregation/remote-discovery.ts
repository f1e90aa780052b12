import type { RemoteVersion } from '../discovery/discovered-groups';
import { type Ask, type DiscoveredDocument, fetchDiscovery } from './fetch-discovery';
import type { RemoteApi } from './remote-api';

interface Known {
  readonly resources: readonly DiscoveredDocument[];
  readonly isFresh: boolean;
}

/** What extension API servers said that they serve, when they were last asked. */
export class RemoteDiscovery {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly ask: (api: RemoteApi) => Ask,
    private readonly onChange: () => void,
  ) {}

  of({ name, group, version, groupPriority, versionPriority }: RemoteApi): RemoteVersion {
    const { resources, isFresh } = this.known.get(name) ?? { resources: [], isFresh: false };
    return { group, version, groupPriority, versionPriority, resources, isFresh };
  }

  /** Asks a server. Rejects where it does not say: what it said before is stale then. */
  async refresh(api: RemoteApi): Promise<void> {
    try {
      this.set(api.name, { resources: await fetchDiscovery(api, this.ask(api)), isFresh: true });
    } catch (error) {
      this.markStale(api.name);
      throw error;
    }
  }

  /** Nobody can be asked now. */
  markStale(name: string): void {
    this.set(name, { resources: this.known.get(name)?.resources ?? [], isFresh: false });
  }

  forget(name: string): void {
    this.known.delete(name);
  }

  private set(name: string, found: Known): void {
    const before = this.known.get(name);
    this.known.set(name, found);
    if (JSON.stringify(before) !== JSON.stringify(found)) this.onChange();
  }
}
