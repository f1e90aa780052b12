import type { admissionregistrationv1beta1 } from '@typekube/api';
import type { Activation, Value } from '@typekube/cel';
import { applyJsonPatch, isJsonObject, jsonEqual, type KubeObject, PatchError, StatusError } from '@typekube/apimachinery';
import { cloneObject } from '../../registry/clone-object';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { Equivalents, type Form } from '../webhooks/equivalents';
import { matchHook } from '../webhooks/match';
import { viewOf } from '../webhooks/object-view';
import { Answers } from './authorize';
import { cel } from '../../cel/cel';
import { compileMutatingPolicy, type MutatingPolicy } from './compile-mutating';
import { evaluate, meetConditions } from './conditions';
import { withVariables } from './judge';
import { namespaceValue } from './namespace-value';
import { findParams } from './params';
import { isPolicyObject } from './policy-objects';
import { type Binding, type Bound, PolicySource } from './policy-source';
import { lazily, requestValues } from './request-values';
import type { PolicyContext } from './validating';

const NAME = 'MutatingAdmissionPolicy';
const GROUP = 'admissionregistration.k8s.io';

/** What the first round leaves to the second. */
interface Memory {
  /** Those that have run and want to see what others have changed after them. */
  readonly reinvocable: Set<string>;
  readonly due: Set<string>;
  output: KubeObject | undefined;
}

/** A policy that could not do its work. */
class PolicyFailure extends Error {}

/** Upstream's MutatingAdmissionPolicy: applies the patches of the policies that bindings put to work, one after the other. */
export function mutatingAdmissionPolicy(dependencies: AdmissionDependencies): AdmissionPlugin {
  const { endpoints } = dependencies;
  const source = new PolicySource<admissionregistrationv1beta1.MutatingAdmissionPolicy, MutatingPolicy>(
    endpoints.resource(GROUP, 'mutatingadmissionpolicies'),
    endpoints.resource(GROUP, 'mutatingadmissionpolicybindings'),
    compileMutatingPolicy,
  );
  const context: PolicyContext = { ...dependencies, namespaces: dependencies.objects<KubeObject>('', 'namespaces'), equivalents: new Equivalents(endpoints) };
  return {
    name: NAME,
    handles: (target) => target.operation !== 'DELETE' && !isPolicyObject(target),
    admit(attributes) {
      const { bound } = source;
      if (bound.length) return dispatch(bound, attributes, context);
    },
  };
}

async function dispatch(bound: readonly Bound<MutatingPolicy>[], attributes: AdmissionAttributes, context: PolicyContext): Promise<void> {
  const { reinvocation, object } = attributes;
  if (!object) return;
  const memory = reinvocation.memoryOf<Memory>(NAME, () => ({ reinvocable: new Set(), due: new Set(), output: undefined }));
  if (reinvocation.isActive && !jsonEqual(memory.output, object)) memory.reinvocable.forEach((name) => memory.due.add(name));
  for (const { policy, bindings } of bound) {
    const form = await matchHook(policy.matching, attributes, context);
    if (!form) continue;
    for (const binding of bindings) {
      const key = `${policy.name}/${binding.name}`;
      if (reinvocation.isActive && !memory.due.delete(key)) continue;
      if (!(await matchHook(binding.matching, attributes, context))) continue;
      if (await mutate(policy, binding, { form, attributes, object, context })) {
        memory.reinvocable.forEach((name) => memory.due.add(name));
        reinvocation.request();
      }
      if (policy.reinvoked) memory.reinvocable.add(key);
    }
  }
  memory.output = cloneObject(object);
}

interface Subject {
  readonly form: Form;
  readonly attributes: AdmissionAttributes;
  readonly object: KubeObject;
  readonly context: PolicyContext;
}

/** Whether the policy has changed the object. */
async function mutate(policy: MutatingPolicy, binding: Binding, subject: Subject): Promise<boolean> {
  const before = cloneObject(subject.object);
  try {
    await mutateWithParams(policy, binding, subject);
  } catch (error) {
    if (!(error instanceof PolicyFailure)) throw error;
    if (policy.ignoresFailure) return !jsonEqual(before, subject.object);
    const { attributes } = subject;
    throw forbidden(attributes, `policy '${policy.name}' with binding '${binding.name}' denied request: ${error.message}`);
  }
  return !jsonEqual(before, subject.object);
}

async function mutateWithParams(policy: MutatingPolicy, { paramRef }: Binding, { form, attributes, object, context }: Subject): Promise<void> {
  const params = await findParams({ paramKind: policy.paramKind, paramRef, namespace: attributes.namespace }, context);
  if ('problem' in params) throw new PolicyFailure(params.problem);
  const { fromJson } = cel();
  const namespace = await namespaceValue(attributes, context.namespaces);
  const answers = new Answers(context.authorizer, attributes.user);
  const view = viewOf(attributes, form);
  for (const param of params) {
    const more = lazily({ params: () => (param ? fromJson(param) : null), namespaceObject: () => namespace });
    for (const mutation of policy.mutations) {
      // Each mutation sees what those before it have made of the object.
      const request = await requestValues(attributes, view, answers);
      const patch = await answers.workOut(() => patchOf(policy, mutation, (name) => more(name) ?? request(name)));
      if (patch.length === 0) continue;
      try {
        const changed = applyJsonPatch(await view.show(object), patch);
        if (isJsonObject(changed)) await view.takeOver(changed, object);
      } catch (error) {
        if (!(error instanceof PatchError) && !(error instanceof StatusError)) throw error;
        throw new PolicyFailure(`JSON Patch: ${error.message}`);
      }
    }
  }
}

/** The operations of one mutation; none where the conditions are not met. */
function patchOf(policy: MutatingPolicy, mutation: MutatingPolicy['mutations'][number], activation: Activation): readonly object[] {
  const { Budget, RUNTIME_BUDGET, isList } = cel();
  const budget = new Budget(RUNTIME_BUDGET);
  const conditions = meetConditions(policy.conditions, activation, budget);
  if (conditions.at === 'unmet') return [];
  if (conditions.at === 'failed') throw new PolicyFailure(conditions.problems.join(', '));
  const outcome = evaluate(mutation, withVariables(policy, activation, budget), budget);
  if ('problem' in outcome) throw new PolicyFailure(outcome.problem);
  if (!isList(outcome.value)) throw new PolicyFailure('JSON Patch: the expression gives no list');
  return outcome.value.map(operationOf);
}

function operationOf(value: Value): object {
  const json = cel().toJson(value);
  return isJsonObject(json) ? json : {};
}
