import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { apiregistrationv1 } from '../../../types';

export const table = defineTable<apiregistrationv1.APIService>(
  nameColumn,
  text(
    'Service',
    'The reference to the service that hosts this API endpoint.',
    ({ spec }) => serviceText(spec?.service),
  ),
  text('Available', 'Whether this service is available.', availableText),
  ageColumn,
);

function serviceText(service: apiregistrationv1.ServiceReference | undefined): string {
  return service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local';
}

function availableText({ status }: apiregistrationv1.APIService): string {
  const available = status?.conditions?.find(({ type }) => type === 'Available');
  if (!available) return 'Unknown';
  return available.status !== 'True' && available.reason ? `${available.status} (${available.reason})` : available.status;
}
