import type { Activation, Value } from '@typekube/cel';
import type { KubeObject } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import type { ObjectView } from '../webhooks/object-view';
import { requestFacts } from '../webhooks/review';
import type { Answers } from './authorize';
import { cel } from '../../cel/cel';

/**
 * The variables of a write, as one form of it shows its objects. They are made when they are first asked for, but for the objects: a conversion webhook may
 * have to be asked for them.
 */
export async function requestValues(attributes: AdmissionAttributes, view: ObjectView, answers: Answers): Promise<Activation> {
  const { fromJson, ADMISSION_REQUEST, authorizerValue, resourceCheckValue } = cel();
  const show = async (object: KubeObject | undefined): Promise<object | undefined> => object && view.show(object);
  const [object, oldObject] = await Promise.all([show(attributes.object), show(attributes.oldObject)]);
  return lazily({
    object: () => (object ? fromJson(object) : null),
    oldObject: () => (oldObject ? fromJson(oldObject) : null),
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
