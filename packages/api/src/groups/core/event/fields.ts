import type { FieldText } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';

type EventField = FieldText<corev1.Event>;

const reason: EventField = (event) => event.reason ?? '';
const type: EventField = (event) => event.type ?? '';

/** Who sent the event: the source of old events, the reporting controller of new ones (as upstream's ToSelectableFields). */
const source: EventField = (event) => event.source?.component || event.reportingComponent || '';

function ofObject(field: keyof corev1.ObjectReference): EventField {
  return (event) => event.involvedObject[field] ?? '';
}

/** The selectable fields of core/v1 events. */
export const selectableFields: Readonly<Record<string, EventField>> = {
  'involvedObject.kind': ofObject('kind'),
  'involvedObject.namespace': ofObject('namespace'),
  'involvedObject.name': ofObject('name'),
  'involvedObject.uid': ofObject('uid'),
  'involvedObject.apiVersion': ofObject('apiVersion'),
  'involvedObject.resourceVersion': ofObject('resourceVersion'),
  'involvedObject.fieldPath': ofObject('fieldPath'),
  reason,
  reportingComponent: (event) => event.reportingComponent ?? '',
  source,
  type,
};
