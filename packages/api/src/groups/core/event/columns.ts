import { age } from '../../../shared/columns/age';
import { defineTable, nameColumn, text, wide } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.Event>(
  text('Last Seen', 'The time at which the most recent occurrence of this event was recorded.', lastSeen),
  text(
    'Type',
    'Type of this event (Normal, Warning), new types could be added in the future',
    ({ type }) => type ?? '',
  ),
  text(
    'Reason',
    'This should be a short, machine understandable string that gives the reason for the transition into the ' +
      'object\'s current status.',
    ({ reason }) => reason ?? '',
  ),
  text('Object', 'The object that this event is about.', ({ involvedObject }) => objectText(involvedObject)),
  wide(
    text(
      'Subobject',
      'If referring to a piece of an object instead of an entire object, this string should contain a valid ' +
        'JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object ' +
        'reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where ' +
        '"name" refers to the name of the container that triggered the event) or if no container name is specified ' +
        '"spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some ' +
        'well-defined way of referencing a part of an object.',
      ({ involvedObject }) => involvedObject.fieldPath ?? '',
    ),
  ),
  wide(
    text(
      'Source',
      'The component reporting this event. Should be a short machine understandable string.',
      sourceText,
    ),
  ),
  text(
    'Message',
    'A human-readable description of the status of this operation.',
    ({ message }) => (message ?? '').trim(),
  ),
  wide(
    text(
      'First Seen',
      'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
      firstSeen,
    ),
  ),
  wide(
    text(
      'Count',
      'The number of times this event has occurred.',
      ({ series, count }) => (series ? (series.count ?? 0) : count || 1),
    ),
  ),
  wide({ ...nameColumn, priority: 1 }),
);

function firstSeen({ firstTimestamp, eventTime }: corev1.Event, now: Date): string {
  return age(firstTimestamp || eventTime, now);
}

function lastSeen(event: corev1.Event, now: Date): string {
  if (event.series) return age(event.series.lastObservedTime, now);
  return event.lastTimestamp ? age(event.lastTimestamp, now) : firstSeen(event, now);
}

function objectText({ kind = '', name }: corev1.ObjectReference): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

/** Who reported it, and where: old events say so in `source`, new ones in `reportingComponent` and `reportingInstance`. */
function sourceText({ source, reportingComponent, reportingInstance }: corev1.Event): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance || '';
  return instance ? `${component}, ${instance}` : component;
}
