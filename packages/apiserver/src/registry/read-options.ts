import {
  type FieldError,
  FieldPath,
  type FieldSelector,
  forbidden,
  type GroupKind,
  newBadRequest,
  newInvalid,
  notSupported,
  parseFieldSelector,
  parseLabelSelectorString,
  type Selector,
  StatusError,
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
  const asked: ListOptions = {
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
  const options = isWatch ? withWatchDefaults(asked) : asked;
  const errors = isWatch ? validateWatchOptions(options) : validateListOptions(options);
  if (errors.length) throw newInvalid(LIST_OPTIONS, '', errors);
  return options;
}

const LIST_OPTIONS: GroupKind = { group: 'meta.k8s.io', kind: 'ListOptions' };

/** What is wrong with a resource version that a client sent; undefined for a number. */
export function resourceVersionProblem(text: string): string | undefined {
  return /^\d{1,19}$/.test(text) ? undefined : `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${syntaxHint(text)}`;
}

/** The resource version that a client of one object sent, as a number. Upstream answers 500, without a reason, for what is none. */
export function parseResourceVersion(text: string): number {
  const problem = resourceVersionProblem(text);
  if (problem) throw new StatusError(500, '', problem);
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
  if (text === null) return undefined;
  const value = Number(text);
  const isDigits = /^[+-]?\d+$/.test(text);
  if (isDigits && Number.isSafeInteger(value)) return value;
  throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${isDigits ? 'value out of range' : 'invalid syntax'}`);
}

/**
 * Upstream's SetListOptionsDefaults: a watch of no particular version has always begun with the present objects, and says so since
 * streaming lists are there.
 */
function withWatchDefaults(options: ListOptions): ListOptions {
  const { sendInitialEvents, resourceVersionMatch, resourceVersion } = options;
  const isUnversioned = resourceVersion === '' || resourceVersion === '0';
  if (sendInitialEvents !== undefined || resourceVersionMatch || !isUnversioned) return options;
  return { ...options, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
}

const MATCH = FieldPath.of('resourceVersionMatch');

/** Upstream's ValidateListOptions (apimachinery/pkg/apis/meta/internalversion/validation). */
function validateListOptions({ sendInitialEvents, resourceVersionMatch: match, resourceVersion, continueToken }: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (match && !resourceVersion) errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (match && continueToken) errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match && match !== 'Exact' && match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
  if (match === 'Exact' && resourceVersion === '0') {
    errors.push(forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (sendInitialEvents !== undefined) {
    errors.push(forbidden(FieldPath.of('sendInitialEvents'), 'sendInitialEvents is forbidden for list'));
  }
  return errors;
}

function validateWatchOptions({ sendInitialEvents, resourceVersionMatch: match, continueToken }: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(forbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (!match) return errors;
  if (sendInitialEvents === undefined) {
    errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  }
  if (match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['NotOlderThan']));
  if (continueToken) errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  return errors;
}
