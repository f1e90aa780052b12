import {
  type FieldError,
  type FieldPath,
  forbidden,
  nameIsDNSLabel,
  nameIsDNSSubdomain,
  notSupported,
  required,
} from '@typekube/apimachinery';
import type { flowcontrolv1 } from '../../../types';
import { invalidEach } from '../../../shared/fields/field-rules';

/** The field of each kind of subject. */
const FIELDS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
const ORDER = ['ServiceAccount', 'User', 'Group'] as const;
const KINDS = ['Group', 'ServiceAccount', 'User'];
const ANY_NAME = '*';

type Kind = (typeof ORDER)[number];

/** Whose requests a rule is for: the field of its kind is set, and no other. */
export function validateSubject(subject: flowcontrolv1.Subject, path: FieldPath): FieldError[] {
  const { kind } = subject;
  if (!isKind(kind)) return [notSupported(path.child('kind'), kind ?? '', KINDS)];
  return [...validateChosen(kind, subject, path.child(FIELDS[kind])), ...validateOthers(kind, subject, path)];
}

function isKind(kind: string): kind is Kind {
  return KINDS.includes(kind);
}

function validateOthers(chosen: Kind, subject: flowcontrolv1.Subject, path: FieldPath): FieldError[] {
  return ORDER.filter((kind) => kind !== chosen && subject[FIELDS[kind]] !== undefined).map((kind) =>
    forbidden(path.child(FIELDS[kind]), `${FIELDS[kind]} is forbidden when subject kind is not '${kind}'`),
  );
}

function validateChosen(kind: Kind, subject: flowcontrolv1.Subject, path: FieldPath): FieldError[] {
  const chosen = subject[FIELDS[kind]];
  if (!chosen) return [required(path, `${FIELDS[kind]} is required when subject kind is '${kind}'`)];
  if (kind === 'ServiceAccount' && subject.serviceAccount) return validateServiceAccount(subject.serviceAccount, path);
  return chosen.name ? [] : [required(path.child('name'))];
}

function validateServiceAccount({ name, namespace }: flowcontrolv1.ServiceAccountSubject, path: FieldPath): FieldError[] {
  return [
    ...validateAccountName(name, path.child('name')),
    ...(namespace
      ? invalidEach(path.child('namespace'), namespace, nameIsDNSLabel(namespace, false))
      : [required(path.child('namespace'), 'must specify namespace for service account')]),
  ];
}

function validateAccountName(name: string | undefined, path: FieldPath): FieldError[] {
  if (!name) return [required(path)];
  return name === ANY_NAME ? [] : invalidEach(path, name, nameIsDNSSubdomain(name, false));
}
