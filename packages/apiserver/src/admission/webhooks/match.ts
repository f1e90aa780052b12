import { type KubeObject, newNotFound } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import type { ObjectSource } from '../object-source';
import type { Authorizer } from '../../authz/authorizer';
import { isResource } from '../pods';
import { meetsConditions } from './conditions';
import type { Equivalents, Form } from './equivalents';
import type { Hook } from './hook';
import type { RuleSubject } from './rules';

/** Configurations do not judge configurations: nobody could mend a broken one. */
const EXEMPT_GROUP = 'admissionregistration.k8s.io';

export function isExempt({ resource }: Pick<AdmissionAttributes, 'resource'>): boolean {
  return resource.definition.group === EXEMPT_GROUP;
}

/** What of a webhook, or of a policy, says which writes it is about. */
export type Matching = Pick<Hook, 'matchesEquivalent' | 'objectSelector' | 'namespaceSelector'> & {
  readonly rules: Pick<Hook['rules'], 'match' | 'firstOf'>;
};

/** The form in which a webhook is to be asked, its conditions included. */
export async function matchWebhook(hook: Hook, attributes: AdmissionAttributes, context: MatchContext & { readonly authorizer: Authorizer }): Promise<Form | undefined> {
  const form = await matchHook(hook, attributes, context);
  return form && (await meetsConditions(hook, form, attributes, context.authorizer)) ? form : undefined;
}

export interface MatchContext {
  readonly namespaces: ObjectSource<KubeObject>;
  readonly equivalents: Equivalents;
}

/**
 * The form in which the webhook is to be asked about the write; undefined if it is none of its business. Fails with 404 where it must
 * know a namespace that does not exist.
 */
export async function matchHook(hook: Matching, attributes: AdmissionAttributes, { namespaces, equivalents }: MatchContext): Promise<Form | undefined> {
  const form = matchRules(hook, attributes, equivalents);
  if (form === undefined || !matchesObject(hook, attributes)) return undefined;
  return (await matchesNamespace(hook, attributes, namespaces)) ? form : undefined;
}

/** The form of the request, or another one that the rules are about. */
function matchRules({ rules, matchesEquivalent }: Matching, attributes: AdmissionAttributes, equivalents: Equivalents): Form | undefined {
  const { operation, resource, subresource, version } = attributes;
  const subject = (form: Form): RuleSubject & Form => {
    const { group, plural } = form.definition;
    return { ...form, operation, group, resource: plural, subresource, namespaced: resource.namespaced, name: attributes.name };
  };
  const own = equivalents.form(resource.definition, version);
  if (rules.match(subject(own))) return own;
  return matchesEquivalent ? rules.firstOf(equivalents.of(resource.definition).map(subject)) : undefined;
}

/** The object as it was or as it will be; what has no labels is matched only by a selector that asks for nothing. */
function matchesObject({ objectSelector }: Matching, { object, oldObject }: AdmissionAttributes): boolean {
  if (objectSelector.isEmpty) return true;
  return [object, oldObject].some((one) => one && objectSelector.matches(one.metadata?.labels ?? {}));
}

async function matchesNamespace(
  { namespaceSelector }: Matching,
  attributes: AdmissionAttributes,
  namespaces: ObjectSource<KubeObject>,
): Promise<boolean> {
  if (namespaceSelector.isEmpty) return true;
  const ofNamespace = isResource(attributes, '', 'namespaces');
  const name = ofNamespace ? attributes.name : attributes.namespace;
  if (!name && !ofNamespace) return true;
  const isWritten = ofNamespace && attributes.subresource === '' && attributes.object;
  const namespace = isWritten ? attributes.object : await namespaces.find('', name);
  if (!namespace) throw newNotFound({ group: '', resource: 'namespaces' }, name);
  return namespaceSelector.matches(namespace.metadata.labels ?? {});
}
