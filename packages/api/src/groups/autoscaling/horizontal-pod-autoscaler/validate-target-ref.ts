import { invalid, type FieldError, type FieldPath } from '@typekube/apimachinery';
import type { autoscalingv2 } from '../../../types';
import { validatePathSegment } from '../../networking/ingress/validate-backend';

export interface ReferenceLeniency {
  readonly allowInvalidApiVersion: boolean;
  readonly allowEmptyApiGroup: boolean;
}

/** A reference to an object of a kind that some API version has. */
export function validateObjectReference(
  reference: Partial<autoscalingv2.CrossVersionObjectReference>,
  path: FieldPath,
  leniency: ReferenceLeniency,
): FieldError[] {
  const errors = [
    ...validatePathSegment(reference.kind, path.child('kind')),
    ...validatePathSegment(reference.name, path.child('name')),
  ];
  const apiVersion = reference.apiVersion ?? '';
  const problem = apiVersionProblem(apiVersion, leniency);
  return problem === undefined ? errors : [...errors, invalid(path.child('apiVersion'), apiVersion, problem)];
}

/** What is wrong with an `apiVersion`; undefined if nothing is. */
export function apiVersionProblem(apiVersion: string, leniency: ReferenceLeniency): string | undefined {
  if (leniency.allowInvalidApiVersion) return undefined;
  const parts = apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? parts[0] : '';
  return group === '' && !leniency.allowEmptyApiGroup ? 'apiVersion must specify API group' : undefined;
}
