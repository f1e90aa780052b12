import { FieldPath, type FieldError, invalid, required } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../types';

type Definition = apiextensionsv1.CustomResourceDefinition;
type Approval = 'missing' | 'invalid' | 'bypassed' | 'approved';

const ANNOTATION = 'api-approved.kubernetes.io';
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** Definitions in groups of Kubernetes itself say where their API was approved, or that it was not. */
export function validateApiApproval(object: Definition, old?: Definition): FieldError[] {
  if (!isProtectedGroup(object.spec?.group ?? '')) return [];
  const approval = approvalOf(object);
  if (old && approvalOf(old) === approval) return [];
  const path = FieldPath.of('metadata', 'annotations').key(ANNOTATION);
  if (approval === 'missing') return [required(path, `protected groups must have approval annotation "${ANNOTATION}", ${SEE}`)];
  if (approval !== 'invalid') return [];
  const detail = `protected groups must have approval annotation "${ANNOTATION}" with either a URL or a reason starting with "unapproved", ${SEE}`;
  return [invalid(path, object.metadata.annotations?.[ANNOTATION], detail)];
}

/** What the status says of the approval; undefined where none is needed (the apiapproval controller). */
export function approvalCondition(object: Definition): apiextensionsv1.CustomResourceDefinitionCondition | undefined {
  if (!isProtectedGroup(object.spec.group)) return undefined;
  const annotation = object.metadata.annotations?.[ANNOTATION] ?? '';
  const type = 'KubernetesAPIApprovalPolicyConformant';
  switch (approvalOf(object)) {
    case 'missing':
      return { type, status: 'False', reason: 'MissingAnnotation', message: `protected groups must have approval annotation "${ANNOTATION}", ${SEE}` };
    case 'invalid':
      return {
        type,
        status: 'False',
        reason: 'InvalidAnnotation',
        message: `protected groups must have approval annotation "${ANNOTATION}" with either a URL or a reason starting with "unapproved", ${SEE}`,
      };
    case 'bypassed':
      return { type, status: 'False', reason: 'UnapprovedAnnotation', message: `not approved: ${JSON.stringify(annotation)}` };
    case 'approved':
      return { type, status: 'True', reason: 'ApprovedAnnotation', message: `approved in ${annotation}` };
  }
}

function isProtectedGroup(group: string): boolean {
  return ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group.endsWith(`.${domain}`));
}

function approvalOf(object: Definition): Approval {
  const annotation = object.metadata.annotations?.[ANNOTATION] ?? '';
  if (annotation === '') return 'missing';
  if (annotation.startsWith('unapproved')) return 'bypassed';
  return URL.canParse(annotation) && new URL(annotation).host !== '' ? 'approved' : 'invalid';
}
