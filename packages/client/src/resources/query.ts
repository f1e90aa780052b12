import type { DeleteOptions, GetOptions, ListOptions, PatchOptions, SelectOptions, WatchOptions, WriteOptions } from './options';

type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

export function getQuery({ resourceVersion }: GetOptions): string {
  return query({ resourceVersion });
}

export function listQuery(options: ListOptions): string {
  const { resourceVersion, resourceVersionMatch, limit, continue: token } = options;
  return query({ ...selection(options), resourceVersion, resourceVersionMatch, limit, continue: token });
}

export function watchQuery(options: WatchOptions): string {
  const { resourceVersion, resourceVersionMatch, allowWatchBookmarks, sendInitialEvents, timeoutSeconds } = options;
  const parameters = {
    watch: true,
    resourceVersion,
    resourceVersionMatch,
    allowWatchBookmarks,
    sendInitialEvents,
    timeoutSeconds,
  };
  return query({ ...selection(options), ...parameters });
}

export function writeQuery({ dryRun, fieldManager, fieldValidation }: WriteOptions): string {
  return query({ dryRun: dryRun ? 'All' : undefined, fieldManager, fieldValidation });
}

export function patchQuery({ dryRun, fieldManager, fieldValidation, force }: PatchOptions): string {
  return query({ dryRun: dryRun ? 'All' : undefined, fieldManager, fieldValidation, force });
}

/** The body of a delete; undefined where nothing is asked for. */
export function deleteBody(options: DeleteOptions): object | undefined {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = options;
  const body = {
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(propagationPolicy && { propagationPolicy }),
    ...(preconditions && { preconditions }),
    ...(dryRun && { dryRun: ['All'] }),
  };
  return Object.keys(body).length > 0 ? { kind: 'DeleteOptions', apiVersion: 'v1', ...body } : undefined;
}

function selection({ labelSelector, fieldSelector }: SelectOptions): Parameters {
  return { labelSelector: labelSelector?.toString() || undefined, fieldSelector: fieldSelector || undefined };
}

/** `?a=b&c=d`, or nothing. What is undefined is left out. */
function query(parameters: Parameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
}
