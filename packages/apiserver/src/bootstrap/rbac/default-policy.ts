import type { SystemClient } from '../system-client';
import { ensureClusterPolicy, ensureNamespacePolicy } from './ensure';

/**
 * The default roles and bindings, made or completed once a start: what an administrator takes away while the server runs stays away until the next.
 * What could not be written is logged, and lacking until it can be.
 */
export class DefaultPolicy {
  private readonly lacking = new Set([ensureClusterPolicy, ensureNamespacePolicy]);

  constructor(
    private readonly client: SystemClient,
    private readonly log: { error(message: string, error?: unknown): void },
  ) {}

  ensureInCluster(): Promise<void> {
    return this.ensure(ensureClusterPolicy);
  }

  /** The system's namespaces must be there. */
  ensureInNamespaces(): Promise<void> {
    return this.ensure(ensureNamespacePolicy);
  }

  /** Tries again what has failed. */
  async ensureLacking(): Promise<void> {
    await Promise.all([...this.lacking].map((part) => this.ensure(part)));
  }

  private async ensure(part: typeof ensureClusterPolicy): Promise<void> {
    try {
      await part(this.client);
      this.lacking.delete(part);
    } catch (error) {
      this.log.error('unable to initialize the default roles and bindings', error);
    }
  }
}
