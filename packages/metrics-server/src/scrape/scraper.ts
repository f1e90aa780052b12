import type { corev1 } from '@typekube/api';
import type { DeepReadonly, Indexer } from '@typekube/client';
import type { Clock, Logger } from '@typekube/component-base';
import type { Selector } from '@typekube/apimachinery';
import type { MetricsServerMetrics } from '../metrics';
import type { Batch, PodPoints, Point } from '../storage/points';
import type { NodeScrape } from './decode';
import type { KubeletClient } from './kubelet-client';

export interface ScraperOptions {
  readonly nodes: Indexer<corev1.Node>;
  readonly pods: Indexer<corev1.Pod>;
  readonly nodeSelector: Selector;
  readonly kubelets: Pick<KubeletClient, 'scrape' | 'retain'>;
  readonly metrics: MetricsServerMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

type Node = DeepReadonly<corev1.Node>;

const AT_ONCE = 200;

/** Asks the kubelets of all nodes, so many at a time. Resolves with what has been told until the signal is aborted. */
export class Scraper {
  private names: ReadonlySet<string> = new Set();

  constructor(private readonly options: ScraperOptions) {}

  async scrape(signal: AbortSignal): Promise<Batch> {
    const { nodes, nodeSelector, log } = this.options;
    const all = nodes.list({ selector: nodeSelector });
    this.forgetAllBut(new Set(all.map(nameOf)));
    const batch = { nodes: new Map<string, Point>(), pods: new Map<string, PodPoints>() };
    const waiting = all.values();
    const worker = async (): Promise<void> => {
      for (const node of waiting) {
        const scrape = signal.aborted ? undefined : await this.scrapeNode(node, signal);
        if (scrape?.node) batch.nodes.set(nameOf(node), scrape.node);
        for (const [key, points] of scrape?.pods ?? []) if (this.isOf(key, node)) batch.pods.set(key, points);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
    log.v(1)?.info('Scrape finished', { nodes: all.length, nodeCount: batch.nodes.size, podCount: batch.pods.size });
    return batch;
  }

  private forgetAllBut(names: ReadonlySet<string>): void {
    const { kubelets, metrics } = this.options;
    for (const name of this.names) if (!names.has(name)) metrics.nodeGone(name);
    kubelets.retain(names);
    this.names = names;
  }

  /** Undefined where the node did not tell; that is logged, loudly if it is said to be ready. */
  private async scrapeNode(node: Node, signal: AbortSignal): Promise<NodeScrape | undefined> {
    const { kubelets, metrics, clock, log } = this.options;
    const name = nameOf(node);
    const started = clock.monotonic();
    try {
      const scrape = await kubelets.scrape(node, signal);
      metrics.kubeletAsked(name, { success: true, seconds: (clock.monotonic() - started) / 1000, now: clock.now() });
      return scrape;
    } catch (error) {
      metrics.kubeletAsked(name, { success: false, seconds: (clock.monotonic() - started) / 1000, now: clock.now() });
      if (isReady(node)) log.error('Failed to scrape node', error, { node: name });
      else log.v(4)?.info('Failed to scrape node, node is not ready', { node: name, error: String(error) });
      return undefined;
    }
  }

  /** A node is believed about its own pods only. */
  private isOf(pod: string, node: Node): boolean {
    return this.options.pods.get(pod)?.spec?.nodeName === nameOf(node);
  }
}

function nameOf({ metadata }: Node): string {
  return metadata.name ?? '';
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}
