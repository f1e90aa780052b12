import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { coordinationv1 } from '../../../types';

export const table = defineTable<coordinationv1.Lease>(
  nameColumn,
  text(
    'Holder',
    'holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is ' +
      'used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.',
    ({ spec }) => spec?.holderIdentity ?? '',
  ),
  ageColumn,
);
