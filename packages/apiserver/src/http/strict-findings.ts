import { isJsonObject } from '@typekube/apimachinery';

/**
 * What strict decoding reports, in upstream's words and in the order of the document. What lies in an unknown field is not looked at,
 * so a duplicate in there is not reported.
 *
 * @param order of `documentOrder`, where there are duplicates
 */
export function strictFindings(unknown: readonly string[], duplicates: readonly string[], order: ReadonlyMap<string, number>): string[] {
  const findings = [
    ...unknown.map((path) => ({ path, text: `unknown field "${path}"` })),
    ...duplicates.filter((path) => !isWithin(path, unknown)).map((path) => ({ path, text: `duplicate field "${path}"` })),
  ];
  if (duplicates.length) findings.sort((a, b) => (order.get(a.path) ?? 0) - (order.get(b.path) ?? 0));
  return findings.map(({ text }) => text);
}

/** The position of every field of a parsed document, by its path. */
export function documentOrder(document: unknown): Map<string, number> {
  const order = new Map<string, number>();
  // Depth costs heap, not stack; children are taken before what comes after their parent.
  const pending: { path: string; value: unknown }[] = [{ path: '', value: document }];
  for (let at = pending.pop(); at; at = pending.pop()) {
    const { path, value } = at;
    order.set(path, order.size);
    pending.push(...childrenOf(path, value).reverse());
  }
  return order;
}

function childrenOf(path: string, value: unknown): { path: string; value: unknown }[] {
  if (Array.isArray(value)) return value.map((element: unknown, index) => ({ path: `${path}[${index}]`, value: element }));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([key, child]) => ({ path: path ? `${path}.${key}` : key, value: child }));
}

function isWithin(path: string, parents: readonly string[]): boolean {
  return parents.some((parent) => path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`));
}
