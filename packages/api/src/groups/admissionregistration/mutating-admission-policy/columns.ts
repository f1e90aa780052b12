import { ageColumn, defineTable, integer, nameColumn, text } from '../../../shared/columns/table';
import type { admissionregistrationv1beta1 } from '../../../types';
import { paramKindText } from '../../../shared/columns/policy-params';

export const table = defineTable<admissionregistrationv1beta1.MutatingAdmissionPolicy>(
  nameColumn,
  integer(
    'Mutations',
    'Mutation indicates the number of mutations rules defined in this configuration',
    ({ spec }) => spec?.mutations?.length ?? 0,
  ),
  text(
    'ParamKind',
    'ParamKind specifies the kind of resources used to parameterize this policy',
    ({ spec }) => paramKindText(spec?.paramKind),
  ),
  ageColumn,
);
