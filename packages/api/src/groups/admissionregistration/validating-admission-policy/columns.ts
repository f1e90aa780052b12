import { ageColumn, defineTable, integer, nameColumn, text } from '../../../shared/columns/table';
import type { admissionregistrationv1 } from '../../../types';
import { paramKindText } from '../../../shared/columns/policy-params';

export const table = defineTable<admissionregistrationv1.ValidatingAdmissionPolicy>(
  nameColumn,
  integer(
    'Validations',
    'Validations indicates the number of validation rules defined in this configuration',
    ({ spec }) => spec?.validations?.length ?? 0,
  ),
  text(
    'ParamKind',
    'ParamKind specifies the kind of resources used to parameterize this policy',
    ({ spec }) => paramKindText(spec?.paramKind),
  ),
  ageColumn,
);
