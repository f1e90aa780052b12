import {
  type FieldError,
  FieldPath,
  type FieldSelector,
  forbidden,
  type GroupKind,
  invalid,
  newBadRequest,
  newInvalid,
  notSupported,
  parseFieldSelector,
  parseLabelSelectorString,
  type Selector,
} from '@typekube/apimachinery';
import { isTrue } from '../http/request-info';

/** The query of list, watch and deletecollection: upstream's `metav1.ListOptions`, read and checked. */
export interface ListOptions {
  readonly labelSelector: Selector | undefined;
  readonly fieldSelector: FieldSelector | undefined;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly limit: number;
  readonly continueToken: string;
  readonly timeoutSeconds: number | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

/** Fails with 400 for what cannot be read and with 422 for what does not go together. */
export function parseListOptions(query: URLSearchParams, isWatch: boolean): ListOptions {
  const options: ListOptions = {
    labelSelector: parseSelector(query, 'labelSelector', parseLabelSelectorString),
    fieldSelector: parseSelector(query, 'fieldSelector', parseFieldSelector),
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    limit: parseInteger(query, 'limit') ?? 0,
    continueToken: query.get('continue') ?? '',
    timeoutSeconds: parseInteger(query, 'timeoutSeconds'),
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: query.has('sendInitialEvents') ? isTrue(query.get('sendInitialEvents')) : undefined,
  };
  const errors = validateListOptions(options, isWatch);
  if (errors.length) throw newInvalid(LIST_OPTIONS, '', errors);
  return options;
}

const LIST_OPTIONS: GroupKind = { group: 'meta.k8s.io', kind: 'ListOptions' };

/** A resource version that a client sent, as a number; fails with 400. */
export function parseResourceVersion(text: string): number {
  if (!/^\d{1,19}$/.test(text)) throw newBadRequest(`Invalid value: ${JSON.stringify(text)}: ${syntaxHint(text)}`);
  return Number(text);
}

function syntaxHint(text: string): string {
  return `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${/^\d+$/.test(text) ? 'value out of range' : 'invalid syntax'}`;
}

function parseSelector<T extends { readonly isEmpty: boolean }>(
  query: URLSearchParams,
  name: string,
  parse: (text: string) => T,
): T | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  try {
    const selector = parse(text);
    return selector.isEmpty ? undefined : selector;
  } catch (error) {
    throw newBadRequest((error as Error).message, { cause: error });
  }
}

function parseInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** Upstream's ValidateListOptions (apimachinery/pkg/apis/meta/internalversion/validation). */
function validateListOptions(options: ListOptions, isWatch: boolean): FieldError[] {
  if (isWatch && options.sendInitialEvents !== undefined) return validateWatchList(options);
  const errors: FieldError[] = [];
  const { resourceVersionMatch: match } = options;
  const path = FieldPath.of('resourceVersionMatch');
  if (options.sendInitialEvents !== undefined) {
    errors.push(forbidden(FieldPath.of('sendInitialEvents'), 'sendInitialEvents is forbidden for list'));
  }
  if (!match) return errors;
  if (isWatch) errors.push(forbidden(path, 'resourceVersionMatch is forbidden for watch'));
  if (!options.resourceVersion) {
    errors.push(forbidden(path, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  }
  if (options.continueToken) errors.push(forbidden(path, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(notSupported(path, match, ['Exact', 'NotOlderThan', '']));
  if (match === 'Exact' && options.resourceVersion === '0') {
    errors.push(forbidden(path, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return errors;
}

function validateWatchList({ resourceVersionMatch: match, sendInitialEvents, ...options }: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const path = FieldPath.of('resourceVersionMatch');
  if (sendInitialEvents && !match) {
    errors.push(forbidden(path, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  } else if (match && match !== 'NotOlderThan') {
    errors.push(notSupported(path, match, ['NotOlderThan']));
  }
  if (options.limit > 0) errors.push(invalid(FieldPath.of('limit'), options.limit, 'limit is forbidden for watch'));
  if (options.continueToken) errors.push(forbidden(FieldPath.of('continue'), 'continue is forbidden for watch'));
  return errors;
}
