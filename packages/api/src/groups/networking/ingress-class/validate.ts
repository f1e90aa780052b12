import {
  FieldPath,
  forbidden,
  isDomainPrefixedPath,
  nameIsDNSLabel,
  required,
  tooLong,
  type FieldError,
} from '@typekube/apimachinery';
import { invalidEach, isMissing, validateEnum, validateImmutable } from '../../../shared/fields/field-rules';
import type { networkingv1 } from '../../../types';
import { validateTypedReference } from '../ingress/validate-backend';

const SPEC = FieldPath.of('spec');
const MAX_CONTROLLER_LENGTH = 250;

export function validateIngressClass({ spec = {} }: networkingv1.IngressClass): FieldError[] {
  const errors = validateController(spec.controller, SPEC.child('controller'));
  return spec.parameters ? [...errors, ...validateParameters(spec.parameters, SPEC.child('parameters'))] : errors;
}

export function validateIngressClassUpdate(
  ingressClass: networkingv1.IngressClass,
  old: networkingv1.IngressClass,
): FieldError[] {
  return [
    ...validateImmutable(ingressClass.spec?.controller ?? '', old.spec?.controller ?? '', SPEC.child('controller')),
    ...validateIngressClass(ingressClass),
  ];
}

function validateController(controller: string | undefined, path: FieldPath): FieldError[] {
  if (isMissing(controller)) return [required(path)];
  const errors = Buffer.byteLength(controller) > MAX_CONTROLLER_LENGTH ? [tooLong(path, MAX_CONTROLLER_LENGTH)] : [];
  return [...errors, ...isDomainPrefixedPath(path, controller)];
}

function validateParameters(parameters: networkingv1.IngressClassParametersReference, path: FieldPath): FieldError[] {
  const errors = validateTypedReference(parameters, path);
  const { scope, namespace } = parameters;
  const namespacePath = path.child('namespace');
  if (scope === undefined) return [...errors, required(path.child('scope'))];
  errors.push(...validateEnum(scope, path.child('scope'), ['Cluster', 'Namespace']));
  if (scope === 'Namespace' && namespace === undefined) {
    errors.push(required(namespacePath, "`parameters.scope` is set to 'Namespace'"));
  } else if (scope === 'Namespace' && namespace !== undefined) {
    errors.push(...invalidEach(namespacePath, namespace, nameIsDNSLabel(namespace, false)));
  }
  if (scope === 'Cluster' && namespace !== undefined) {
    errors.push(forbidden(namespacePath, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}
