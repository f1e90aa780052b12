import type { KubeObject } from '@typekube/apimachinery';
import type { corev1, eventsv1 } from '../../../types';

/**
 * Between events.k8s.io/v1 and the stored core/v1 form: the same facts under other names (upstream's
 * pkg/apis/events/v1 conversions).
 */
export const conversion = {
  toStorage: (object: KubeObject): corev1.Event => toCore(object as eventsv1.Event),
  fromStorage: (object: corev1.Event): KubeObject => fromCore(object),
};

function toCore(event: eventsv1.Event): corev1.Event {
  const { regarding, note, reportingController, deprecatedSource, deprecatedFirstTimestamp, ...more } = event;
  const { deprecatedLastTimestamp, deprecatedCount, ...same } = more;
  return {
    ...same,
    apiVersion: 'v1',
    involvedObject: regarding ?? {},
    ...(note !== undefined && { message: note }),
    ...(reportingController !== undefined && { reportingComponent: reportingController }),
    ...(deprecatedSource !== undefined && { source: deprecatedSource }),
    ...(deprecatedFirstTimestamp !== undefined && { firstTimestamp: deprecatedFirstTimestamp }),
    ...(deprecatedLastTimestamp !== undefined && { lastTimestamp: deprecatedLastTimestamp }),
    ...(deprecatedCount !== undefined && { count: deprecatedCount }),
  };
}

/** `eventTime` is null where the core event has none: it is always written. */
function fromCore(event: corev1.Event): KubeObject {
  const { involvedObject, message, reportingComponent, source, firstTimestamp, lastTimestamp, count, ...same } = event;
  const converted = {
    ...same,
    apiVersion: 'events.k8s.io/v1',
    eventTime: event.eventTime ?? null,
    regarding: involvedObject,
    ...(message !== undefined && { note: message }),
    ...(reportingComponent !== undefined && { reportingController: reportingComponent }),
    ...(source !== undefined && { deprecatedSource: source }),
    ...(firstTimestamp !== undefined && { deprecatedFirstTimestamp: firstTimestamp }),
    ...(lastTimestamp !== undefined && { deprecatedLastTimestamp: lastTimestamp }),
    ...(count !== undefined && { deprecatedCount: count }),
  };
  return converted;
}
