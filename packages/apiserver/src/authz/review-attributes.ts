import type { authorizationv1 } from '@typekube/api';
import { type FieldRequirement, newRequirement, type Requirement, type SelectorOperator } from '@typekube/apimachinery';
import type { UserInfo } from '../chain/request-context';
import type { AuthorizationAttributes } from './authorizer';
import { fieldRequirements, labelRequirements } from './request-attributes';

type Spec = authorizationv1.SelfSubjectAccessReviewSpec;
type ResourceAttributes = authorizationv1.ResourceAttributes;

/** What a review asks, of a user. */
export function reviewAttributes({ resourceAttributes: wanted, nonResourceAttributes: path }: Spec, user: UserInfo): AuthorizationAttributes {
  const fieldSelector = wanted && fieldRequirementsOf(wanted);
  const labelSelector = wanted && labelRequirementsOf(wanted);
  return {
    user,
    isResourceRequest: wanted !== undefined,
    path: path?.path ?? '',
    verb: wanted?.verb ?? path?.verb ?? '',
    apiGroup: wanted?.group ?? '',
    apiVersion: wanted?.version ?? '',
    namespace: wanted?.namespace ?? '',
    resource: wanted?.resource ?? '',
    subresource: wanted?.subresource ?? '',
    name: wanted?.name ?? '',
    ...(fieldSelector?.length && { fieldSelector }),
    ...(labelSelector?.length && { labelSelector }),
  };
}

export function reviewedUser({ user = '', groups = [], uid, extra }: authorizationv1.SubjectAccessReviewSpec): UserInfo {
  return { name: user, groups, ...(uid && { uid }), ...(extra && { extra }) };
}

/** Requirements that cannot be understood are left out: without them, more is asked for than was meant. */
function fieldRequirementsOf({ fieldSelector }: ResourceAttributes): readonly FieldRequirement[] | undefined {
  if (fieldSelector?.rawSelector) return fieldRequirements(fieldSelector.rawSelector);
  return fieldSelector?.requirements?.flatMap(({ key, operator, values = [] }): FieldRequirement[] => {
    const [value, ...others] = values;
    if (value === undefined || others.length) return [];
    if (operator === 'In') return [{ field: key, operator: '=', value }];
    return operator === 'NotIn' ? [{ field: key, operator: '!=', value }] : [];
  });
}

const LABEL_OPERATORS: ReadonlyMap<string, SelectorOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

function labelRequirementsOf({ labelSelector }: ResourceAttributes): readonly Requirement[] | undefined {
  if (labelSelector?.rawSelector) return labelRequirements(labelSelector.rawSelector);
  return labelSelector?.requirements?.flatMap(({ key, operator, values = [] }) => {
    const known = LABEL_OPERATORS.get(operator);
    try {
      return known ? [newRequirement(key, known, values)] : [];
    } catch {
      return [];
    }
  });
}
