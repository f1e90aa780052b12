import type { KubeObject } from '@typekube/apimachinery';

/** Of the objects that one of these annotations marks, the newest; of several made at once, the first by name. */
export function newestMarked<T extends KubeObject>(objects: readonly T[], annotations: readonly string[]): T | undefined {
  const marked = objects.filter(({ metadata }) => annotations.some((name) => metadata.annotations?.[name] === 'true'));
  return marked.sort((a, b) => timeOf(b) - timeOf(a) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))[0];
}

function timeOf({ metadata }: KubeObject): number {
  return metadata.creationTimestamp ? Date.parse(metadata.creationTimestamp) : 0;
}
