import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { flowcontrolv1 } from '../../../types';

export const table = defineTable<flowcontrolv1.FlowSchema>(
  nameColumn,
  text(
    'PriorityLevel',
    '`name` is the name of the priority level configuration being referenced Required.',
    ({ spec }) => spec?.priorityLevelConfiguration.name ?? '',
  ),
  text(
    'MatchingPrecedence',
    '`matchingPrecedence` is used to choose among the FlowSchemas that match a given request. The chosen ' +
      'FlowSchema is among those with the numerically lowest (which we take to be logically highest) ' +
      'MatchingPrecedence.  Each MatchingPrecedence value must be ranged in [1,10000]. Note that if the precedence ' +
      'is not specified, it will be set to 1000 as default.',
    ({ spec }) => spec?.matchingPrecedence ?? 0,
  ),
  text(
    'DistinguisherMethod',
    '`distinguisherMethod` defines how to compute the flow distinguisher for requests that match this schema. ' +
      '`nil` specifies that the distinguisher is disabled and thus will always be the empty string.',
    ({ spec }) => spec?.distinguisherMethod?.type ?? '<none>',
  ),
  ageColumn,
  text(
    'MissingPL',
    'references a broken or non-existent PriorityLevelConfiguration',
    ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ),
);
