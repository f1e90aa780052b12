import { ageColumn, defineTable, integer, nameColumn, text } from '../../../shared/columns/table';
import type { policyv1 } from '../../../types';

export const table = defineTable<policyv1.PodDisruptionBudget>(
  nameColumn,
  text(
    'Min Available',
    'The minimum number of pods that must be available.',
    ({ spec }) => String(spec?.minAvailable ?? 'N/A'),
  ),
  text(
    'Max Unavailable',
    'The maximum number of pods that may be unavailable.',
    ({ spec }) => String(spec?.maxUnavailable ?? 'N/A'),
  ),
  integer(
    'Allowed Disruptions',
    'Calculated number of pods that may be disrupted at this time.',
    ({ status }) => status?.disruptionsAllowed ?? 0,
  ),
  ageColumn,
);
