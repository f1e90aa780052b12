import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { admissionregistrationv1beta1 } from '../../../types';
import { paramRefText } from '../../../shared/columns/policy-params';

export const table = defineTable<admissionregistrationv1beta1.MutatingAdmissionPolicyBinding>(
  nameColumn,
  text(
    'PolicyName',
    'PolicyName indicates the policy definition which the policy binding binded to',
    ({ spec }) => spec?.policyName ?? '',
  ),
  text(
    'ParamRef',
    'ParamRef indicates the param resource which sets the configuration param',
    ({ spec }) => paramRefText(spec?.paramRef),
  ),
  ageColumn,
);
