import { FieldPath, invalid, isDNS1123Subdomain, isQualifiedName, required, type FieldError } from '@typekube/apimachinery';
import { invalidEach, isMissing, validateImmutable } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import type { corev1 } from '../../../types';

const SHORT_TEXT_LIMIT = 128;
const NOTE_LIMIT = 1024;

/** The rules of `v1` events, which events of every version must pass (legacyValidateEvent). */
export function validateEvent(event: corev1.Event): FieldError[] {
  const namespace = event.metadata.namespace ?? '';
  const errors = isMissing(event.eventTime) ? validateOldEvent(event) : validateNewEvent(event);
  return [...errors, ...invalidEach(FieldPath.of('namespace'), namespace, isDNS1123Subdomain(namespace))];
}

/** The stricter rules of a creation through `events.k8s.io/v1`, on the stored form of the event. */
export function validateStrictEvent(event: corev1.Event): FieldError[] {
  const errors = [...validateEvent(event), ...validateSeries(event)];
  if (isMissing(event.eventTime)) errors.push(required(FieldPath.of('eventTime')));
  if (event.type !== 'Normal' && event.type !== 'Warning') {
    errors.push(invalid(FieldPath.of('type'), '', `has invalid value: ${event.type ?? ''}`));
  }
  const deprecated: readonly [string, boolean][] = [
    ['firstTimestamp', !isMissing(event.firstTimestamp)],
    ['lastTimestamp', !isMissing(event.lastTimestamp)],
    ['count', (event.count ?? 0) !== 0],
    ['source', !isMissing(event.source?.component) || !isMissing(event.source?.host)],
  ];
  const set = deprecated.filter(([, isSet]) => isSet);
  return [...errors, ...set.map(([field]) => invalid(FieldPath.of(field), '', 'needs to be unset'))];
}

/** An update through `events.k8s.io/v1`: only the series may change. */
export function validateStrictEventUpdate(event: corev1.Event, old: corev1.Event): FieldError[] {
  const errors = validateEvent(event);
  if (!semanticEqual(event.series, old.series)) errors.push(...validateSeries(event));
  for (const { field, value } of IMMUTABLE_FIELDS) {
    errors.push(...validateImmutable(value(event), value(old), FieldPath.of(field)));
  }
  return errors;
}

interface ImmutableField {
  readonly field: string;
  value(event: corev1.Event): unknown;
}

/** In upstream's order, where the reason comes twice. */
const IMMUTABLE_FIELDS: readonly ImmutableField[] = [
  { field: 'involvedObject', value: (event) => event.involvedObject },
  { field: 'reason', value: (event) => event.reason ?? '' },
  { field: 'message', value: (event) => event.message ?? '' },
  { field: 'source', value: (event) => event.source },
  { field: 'firstTimestamp', value: (event) => event.firstTimestamp },
  { field: 'lastTimestamp', value: (event) => event.lastTimestamp },
  { field: 'count', value: (event) => event.count ?? 0 },
  { field: 'reason', value: (event) => event.reason ?? '' },
  { field: 'type', value: (event) => event.type ?? '' },
  { field: 'eventTime', value: (event) => event.eventTime },
  { field: 'action', value: (event) => event.action ?? '' },
  { field: 'related', value: (event) => event.related },
  { field: 'reportingController', value: (event) => event.reportingComponent ?? '' },
  { field: 'reportingInstance', value: (event) => event.reportingInstance ?? '' },
];

/** An event without `eventTime` is in the namespace of what it is about. */
function validateOldEvent(event: corev1.Event): FieldError[] {
  const about = event.involvedObject?.namespace ?? '';
  const namespace = event.metadata.namespace ?? '';
  const agrees = about === '' ? namespace === '' || namespace === 'default' : namespace === about;
  return agrees ? [] : [namespaceMismatch(about)];
}

function validateNewEvent(event: corev1.Event): FieldError[] {
  const errors: FieldError[] = [];
  const about = event.involvedObject?.namespace ?? '';
  const namespace = event.metadata.namespace ?? '';
  if (about === '' && namespace !== 'default' && namespace !== 'kube-system') errors.push(namespaceMismatch(about));
  const controller = event.reportingComponent ?? '';
  const path = FieldPath.of('reportingController');
  if (controller === '') errors.push(required(path));
  errors.push(...invalidEach(path, controller, isQualifiedName(controller)));
  for (const field of ['reportingInstance', 'action', 'reason'] as const) {
    errors.push(...validateShortText(event[field], FieldPath.of(field)));
  }
  if (Buffer.byteLength(event.message ?? '') > NOTE_LIMIT) errors.push(tooManyCharacters(FieldPath.of('message'), NOTE_LIMIT));
  return errors;
}

function validateShortText(text: string | undefined, path: FieldPath): FieldError[] {
  if (isMissing(text)) return [required(path)];
  return Buffer.byteLength(text) > SHORT_TEXT_LIMIT ? [tooManyCharacters(path, SHORT_TEXT_LIMIT)] : [];
}

function validateSeries({ series }: corev1.Event): FieldError[] {
  if (!series) return [];
  const errors: FieldError[] = [];
  if ((series.count ?? 0) < 2) errors.push(invalid(FieldPath.of('series.count'), '', 'should be at least 2'));
  if (isMissing(series.lastObservedTime)) errors.push(required(FieldPath.of('series.lastObservedTime')));
  return errors;
}

function namespaceMismatch(about: string): FieldError {
  return invalid(FieldPath.of('involvedObject', 'namespace'), about, 'does not match event.namespace');
}

function tooManyCharacters(path: FieldPath, limit: number): FieldError {
  return invalid(path, '', `can have at most ${limit} characters`);
}
