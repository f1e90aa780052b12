import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { coordinationv1beta1 } from '../../../types';

export const table = defineTable<coordinationv1beta1.LeaseCandidate>(
  nameColumn,
  text(
    'LeaseName',
    'LeaseName is the name of the lease for which this candidate is contending. The limits on this field are the ' +
      'same as on Lease.name. Multiple lease candidates may reference the same Lease.name. This field is immutable.',
    ({ spec }) => spec?.leaseName ?? '',
  ),
  text('BinaryVersion', '', ({ spec }) => spec?.binaryVersion ?? ''),
  text('EmulationVersion', '', ({ spec }) => spec?.emulationVersion ?? ''),
  ageColumn,
);
