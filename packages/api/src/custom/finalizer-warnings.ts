import { isQualifiedName, type ObjectMeta } from '@typekube/apimachinery';

/** Finalizers that are nobody's own. */
const STANDARD: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** What writers of custom objects are told of the names of the finalizers that they add. */
export function finalizerWarnings({ finalizers = [] }: ObjectMeta, old?: ObjectMeta): string[] {
  const added = new Set(finalizers.filter((name) => !old?.finalizers?.includes(name)));
  return [...added].sort().flatMap((name) => {
    const head = `metadata.finalizers: ${JSON.stringify(name)}: `;
    const problems = isQualifiedName(name).map((problem) => head + problem);
    if (name.includes('/') || STANDARD.has(name)) return problems;
    const path = name.includes('.') ? ' including a path (/)' : '';
    return [...problems, `${head}prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`];
  });
}
