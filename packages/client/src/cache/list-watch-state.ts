import { StatusError } from '@typekube/apimachinery';

/**
 * Where a list-watch stands:
 *
 * - `streaming`: all objects come as the first events of a watch, which then goes on;
 * - `listing`: all objects come by a list, for servers that do not stream lists;
 * - `watching`: changes after a resource version;
 * - `waiting`: something failed; after a pause comes the state in it.
 *
 * The resource version of the first two is the oldest state that will do: `0` any, an empty text only the newest.
 */
export type ListWatchState = ActiveState | { readonly at: 'waiting'; readonly next: ActiveState };

export type ActiveState =
  | { readonly at: 'streaming'; readonly resourceVersion: string }
  | { readonly at: 'listing'; readonly resourceVersion: string }
  | { readonly at: 'watching'; readonly resourceVersion: string; readonly canStream: boolean };

/** How a state came to its end, if not as planned. */
export interface Failure {
  readonly error: unknown;
  /** The newest resource version seen; empty before the first. */
  readonly resourceVersion: string;
  /** A watch that had been open for a while when it broke. */
  readonly wasOpen: boolean;
}

/** What follows a failure, by upstream's rules (reflector.go). */
export function afterFailure(state: ActiveState, { error, resourceVersion, wasOpen }: Failure): ListWatchState {
  const code = error instanceof StatusError ? error.code : 0;
  switch (state.at) {
    case 'streaming':
      if (code === 422) return { at: 'listing', resourceVersion: state.resourceVersion };
      return resourceVersion ? afterWatch(resourceVersion, true) : afterList(state);
    case 'listing':
      return afterList(state);
    case 'watching':
      return afterWatch(resourceVersion || state.resourceVersion, state.canStream);
  }

  /** A server that has forgotten the wanted state, or has not got there, may still have the newest one. */
  function afterList(failed: Extract<ActiveState, { at: 'streaming' | 'listing' }>): ListWatchState {
    if (isUnavailable(error) && failed.resourceVersion !== '') return { at: failed.at, resourceVersion: '' };
    return { at: 'waiting', next: failed };
  }

  function afterWatch(last: string, canStream: boolean): ListWatchState {
    const again: ActiveState = { at: 'watching', resourceVersion: last, canStream };
    if (code === 410) return { at: canStream ? 'streaming' : 'listing', resourceVersion: last };
    if (code === 0 && wasOpen) return again;
    if (code === 0 || code === 429 || code >= 500) return { at: 'waiting', next: again };
    return { at: 'waiting', next: { at: canStream ? 'streaming' : 'listing', resourceVersion: last } };
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  const causes = error.status.details?.causes ?? [];
  return error.code === 410 || causes.some(({ reason }) => reason === 'ResourceVersionTooLarge');
}
