import { type ObjectMeta, parseQuantity } from '@typekube/apimachinery';
import type { NodeMetrics, PodMetrics, ResourceList } from './resource-metrics';

/** What a row tells of its object besides the cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly include: IncludeObject;
  /** Of meta.k8s.io. */
  readonly metaVersion: string;
  /** The object as it is shown alone, for `Object`. */
  readonly asObject: (item: NodeMetrics | PodMetrics) => object;
}

/** The rows that `kubectl get` prints, with upstream's columns: those of the first object's resources, by their names. */
export function tableOf(items: readonly (NodeMetrics | PodMetrics)[], { include, metaVersion, asObject }: TableOptions): object {
  const usages = items.map(usageOf);
  const resources = Object.keys(usages[0] ?? {}).sort();
  const rows = items.map((item, i) => {
    const cells = [item.metadata.name, ...resources.map((resource) => usages[i]?.[resource] ?? '0'), item.window];
    if (include === 'None') return { cells, object: null };
    return { cells, object: include === 'Object' ? asObject(item) : partialMetadata(item.metadata, metaVersion) };
  });
  return { kind: 'Table', apiVersion: `meta.k8s.io/${metaVersion}`, metadata: {}, columnDefinitions: items.length ? columnsOf(resources) : [], rows };
}

export function partialMetadata(metadata: ObjectMeta, metaVersion: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata };
}

function columnsOf(resources: readonly string[]): object[] {
  const column = (name: string, format: string, description = ''): object => ({ name, type: 'string', format, description, priority: 0 });
  return [column('Name', 'name', 'Name of the resource'), ...resources.map((name) => column(name, 'quantity')), column('Window', 'duration')];
}

/** A pod uses what its containers use together. */
function usageOf(item: NodeMetrics | PodMetrics): ResourceList {
  if ('usage' in item) return item.usage;
  const sum = new Map<string, string>();
  for (const { usage } of item.containers) {
    for (const [name, amount] of Object.entries(usage)) {
      const before = sum.get(name);
      sum.set(name, before === undefined ? amount : parseQuantity(before).add(parseQuantity(amount)).toString());
    }
  }
  return Object.fromEntries(sum);
}
