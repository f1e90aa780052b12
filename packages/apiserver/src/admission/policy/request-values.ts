import type { Activation, Value } from '@typekube/cel';
import type { KubeObject } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import type { ObjectView } from '../webhooks/object-view';
import { requestFacts } from '../webhooks/review';
import type { Answers } from './authorize';
import { cel } from '../../cel/cel';

/** The variables of a write, as one form of it shows its objects. Worked out when they are first asked for. */
export function requestValues(attributes: AdmissionAttributes, view: ObjectView, answers: Answers): Activation {
  const { fromJson, ADMISSION_REQUEST, authorizerValue, resourceCheckValue } = cel();
  const show = (object: KubeObject | undefined): Value => (object ? fromJson(view.show(object)) : null);
  return lazily({
    object: () => show(attributes.object),
    oldObject: () => show(attributes.oldObject),
    request: () => ADMISSION_REQUEST.fromJson(requestFacts(attributes, view)),
    authorizer: () => authorizerValue(answers.authorize),
    'authorizer.requestResource': () => {
      const { resource, subresource, namespace, name } = attributes;
      const { group, plural } = resource.definition;
      return resourceCheckValue(answers.authorize, { group, resource: plural, subresource, namespace, name });
    },
  });
}

/** Variables that are made once, when they are first asked for. */
export function lazily(makers: Readonly<Record<string, () => Value | undefined>>): Activation {
  const made = new Map<string, Value | undefined>();
  return (name) => {
    if (!made.has(name)) made.set(name, Object.hasOwn(makers, name) ? makers[name]?.() : undefined);
    return made.get(name);
  };
}
