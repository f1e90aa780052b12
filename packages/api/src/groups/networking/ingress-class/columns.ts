import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { networkingv1 } from '../../../types';

export const table = defineTable<networkingv1.IngressClass>(
  nameColumn,
  text('Controller', 'Controller that is responsible for handling this class', ({ spec }) => spec?.controller ?? ''),
  text(
    'Parameters',
    'A reference to a resource with additional parameters',
    ({ spec }) => parametersText(spec?.parameters),
  ),
  ageColumn,
);

function parametersText(parameters: networkingv1.IngressClassParametersReference | undefined): string {
  if (!parameters) return '<none>';
  const { kind, apiGroup, name } = parameters;
  return apiGroup === undefined ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`;
}
