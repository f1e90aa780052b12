const VERBS: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);

/** The verb of a request for one object, by its method (upstream's RequestInfoFactory); empty for methods that have none. Collections have others. */
export function requestVerb(method: string): string {
  return VERBS.get(method) ?? '';
}
