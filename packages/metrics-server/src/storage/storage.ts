import { advance, advanceContainer, type Known } from './advance';
import { type Batch, type PodPoints, type Usage, usageBetween } from './points';

export interface ContainerUsage {
  readonly name: string;
  readonly usage: Usage;
}

export interface PodUsage {
  /** Time and window are those of the container that was measured first. */
  readonly time: number;
  readonly window: number;
  readonly containers: readonly ContainerUsage[];
}

type PodKnown = ReadonlyMap<string, Known>;

/** The last two points of all nodes and containers that the last scrape has found; what it did not find is forgotten. */
export class MetricsStorage {
  private nodes: ReadonlyMap<string, Known> = new Map();
  private pods: ReadonlyMap<string, PodKnown> = new Map();

  /** `resolution`: milliseconds from one scrape to the next. */
  constructor(private readonly resolution: number) {}

  store({ nodes, pods }: Batch): void {
    this.nodes = new Map([...nodes].map(([name, point]) => [name, advance(this.nodes.get(name), point)]));
    this.pods = new Map([...pods].map(([key, points]) => [key, this.advancePod(this.pods.get(key), points)]));
  }

  /** There is usage to tell of anything. */
  get isReady(): boolean {
    const { node, container } = this.counts();
    return node + container > 0;
  }

  /** How many nodes and containers there is usage to tell of. */
  counts(): { readonly node: number; readonly container: number } {
    const complete = (all: Iterable<Known>): number => [...all].filter(({ previous }) => previous).length;
    const perPod = [...this.pods.values()].map((containers) => complete(containers.values()));
    return { node: complete(this.nodes.values()), container: perPod.reduce((sum, count) => sum + count, 0) };
  }

  nodeUsage(name: string): Usage | undefined {
    return usageOf(this.nodes.get(name));
  }

  /** Undefined until there is something to tell of every container: a part of them would look as if the pod used less. */
  podUsage(key: string): PodUsage | undefined {
    const known = [...(this.pods.get(key) ?? [])];
    if (known.some(([, { previous }]) => !previous)) return undefined;
    const containers = known.flatMap(([name, container]) => {
      const usage = usageOf(container);
      return usage ? [{ name, usage }] : [];
    });
    const [earliest] = containers.map(({ usage }) => usage).sort((a, b) => a.time - b.time);
    return earliest && { time: earliest.time, window: earliest.window, containers };
  }

  private advancePod(known: PodKnown | undefined, points: PodPoints): PodKnown {
    return new Map([...points].map(([name, point]) => [name, advanceContainer(known?.get(name), point, this.resolution)]));
  }
}

function usageOf(known: Known | undefined): Usage | undefined {
  return known?.previous && usageBetween(known.previous, known.last);
}
