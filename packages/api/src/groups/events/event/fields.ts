import { selectableFields as coreFields } from '../../core/event/fields';
import type { FieldText } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';

/** The names in events.k8s.io/v1 of what core/v1 calls otherwise (upstream's AddFieldLabelConversionsForEvent of that group). */
const RENAMED: Readonly<Record<string, string>> = { involvedObject: 'regarding', reportingComponent: 'reportingController' };

/** The selectable fields of events.k8s.io/v1 events, of the stored core form. */
export const selectableFields: Readonly<Record<string, FieldText<corev1.Event>>> = Object.fromEntries(
  Object.entries(coreFields).map(([name, text]) => [renamed(name), text]),
);

function renamed(name: string): string {
  const [head = '', ...rest] = name.split('.');
  return [RENAMED[head] ?? head, ...rest].join('.');
}
