import type { admissionregistrationv1beta1 } from '@typekube/api';
import type { Activation, Value } from '@typekube/cel';
import { jsonEqual, type KubeObject, StatusError } from '@typekube/apimachinery';
import { cloneObject } from '../../registry/clone-object';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { Equivalents, type Form } from '../webhooks/equivalents';
import { matchHook } from '../webhooks/match';
import { type ObjectView, viewOf } from '../webhooks/object-view';
import { applyConfiguration } from './apply-configuration';
import { applyPatch } from './apply-patch';
import { Answers } from './authorize';
import { cel } from '../../cel/cel';
import { type CompiledMutation, compileMutatingPolicy, type MutatingPolicy } from './compile-mutating';
import { evaluate, meetConditions } from './conditions';
import { withVariables } from './judge';
import { namespaceValue } from './namespace-value';
import { findParams } from './params';
import { PolicyFailure } from './policy-failure';
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
      const value = await answers.workOut(() => valueOf(policy, mutation, (name) => more(name) ?? request(name)));
      if (value === undefined) continue;
      // A copy: what is taken over is defaulted in place, and may yet turn out not to be of its kind.
      const shown = await view.show(cloneObject(object));
      const changed = withCelErrors(() => (mutation.patchType === 'JSONPatch' ? applyPatch(value, shown) : applyConfiguration(value, shown, view)));
      if (changed !== shown) await takeOver(view, changed, object);
    }
  }
}

/** What an expression gave may be nothing that JSON has a form of. */
function withCelErrors(run: () => object): object {
  try {
    return run();
  } catch (error) {
    if (error instanceof cel().CelError) throw new PolicyFailure(error.message, { cause: error });
    throw error;
  }
}

/** What has become of the object may not be of its kind any more. */
async function takeOver(view: ObjectView, changed: object, object: KubeObject): Promise<void> {
  try {
    await view.takeOver({ ...changed }, object);
  } catch (error) {
    if (error instanceof StatusError) throw new PolicyFailure(error.message, { cause: error });
    throw error;
  }
}

/** What the expression of one mutation gives; undefined where the conditions are not met. */
function valueOf(policy: MutatingPolicy, mutation: CompiledMutation, activation: Activation): Value | undefined {
  const { Budget, RUNTIME_BUDGET } = cel();
  const budget = new Budget(RUNTIME_BUDGET);
  const conditions = meetConditions(policy.conditions, activation, budget);
  if (conditions.at === 'unmet') return undefined;
  if (conditions.at === 'failed') throw new PolicyFailure(conditions.problems.join(', '));
  const outcome = evaluate(mutation, withVariables(policy, activation, budget), budget);
  if ('problem' in outcome) throw new PolicyFailure(outcome.problem);
  return outcome.value;
}
