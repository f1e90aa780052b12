import type { admissionregistrationv1 } from '@typekube/api';
import { StatusError } from '@typekube/apimachinery';
import type { KubeObject } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { Equivalents, type Form } from '../webhooks/equivalents';
import { type MatchContext, matchHook } from '../webhooks/match';
import { viewOf } from '../webhooks/object-view';
import { Answers } from './authorize';
import { cel } from '../../cel/cel';
import { compileValidatingPolicy, type ValidatingPolicy } from './compile-validating';
import { type Checked, judge, type Judgement, type Objection } from './judge';
import type { PolicyCheck } from './metrics';
import { namespaceValue } from './namespace-value';
import { isPolicyObject } from './policy-objects';
import { findParams } from './params';
import { type Binding, type Bound, PolicySource } from './policy-source';
import { lazily, requestValues } from './request-values';

export type PolicyContext = AdmissionDependencies & MatchContext;

interface Refusal extends Objection {
  readonly policy: string;
  readonly binding: string;
}

const GROUP = 'admissionregistration.k8s.io';
const FAILURE_ANNOTATION = 'validation.policy.admission.k8s.io/validation_failure';
const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, Invalid: 422, RequestEntityTooLarge: 413 };

/** Upstream's ValidatingAdmissionPolicy: evaluates the policies that bindings put to work; a refusal is the first one's. */
export function validatingAdmissionPolicy(dependencies: AdmissionDependencies): AdmissionPlugin {
  const { endpoints } = dependencies;
  const source = new PolicySource<admissionregistrationv1.ValidatingAdmissionPolicy, ValidatingPolicy>(
    endpoints.resource(GROUP, 'validatingadmissionpolicies'),
    endpoints.resource(GROUP, 'validatingadmissionpolicybindings'),
    compileValidatingPolicy,
  );
  const context: PolicyContext = { ...dependencies, namespaces: dependencies.objects<KubeObject>('', 'namespaces'), equivalents: new Equivalents(endpoints) };
  return {
    name: 'ValidatingAdmissionPolicy',
    handles: (target) => !isPolicyObject(target),
    validate(attributes) {
      const { bound } = source;
      if (bound.length) return dispatch(bound, attributes, context);
    },
  };
}

async function dispatch(bound: readonly Bound<ValidatingPolicy>[], attributes: AdmissionAttributes, context: PolicyContext): Promise<void> {
  const refusals: Refusal[] = [];
  const failures: object[] = [];
  const annotations = new Map<string, string[]>();
  for (const { policy, bindings } of bound) {
    const form = await matchHook(policy.matching, attributes, context);
    if (!form) continue;
    for (const binding of bindings) {
      if (!(await matchHook(binding.matching, attributes, context))) continue;
      const judgement = await judgeBound(policy, binding, form, attributes, context);
      const count = counter(policy, binding, context);
      for (const checked of judgement.ignored) count(checked, 'allow');
      for (const objection of judgement.objections) act(objection, { policy, binding, attributes, refusals, failures, count });
      for (const [key, value] of judgement.annotations) {
        const name = `${policy.name}/${key}`;
        const known = annotations.get(name) ?? [];
        if (!known.includes(value)) annotations.set(name, [...known, value]);
      }
    }
  }
  for (const [name, values] of annotations) attributes.annotate(name, values.join(', '));
  if (failures.length) attributes.annotate(FAILURE_ANNOTATION, JSON.stringify(failures));
  const [first] = refusals;
  if (first) throw refusal(first, attributes);
}

type Count = (checked: Checked, action: PolicyCheck['enforcement_action']) => void;

function counter(policy: ValidatingPolicy, binding: Binding, { metrics }: PolicyContext): Count {
  return ({ error, seconds }, action) =>
    metrics?.policies.count({ policy: policy.name, policy_binding: binding.name, error_type: error, enforcement_action: action }, seconds);
}

async function judgeBound(policy: ValidatingPolicy, binding: Binding, form: Form, attributes: AdmissionAttributes, context: PolicyContext): Promise<Judgement> {
  const { paramKind } = policy;
  const params = await findParams({ paramKind, paramRef: binding.paramRef, namespace: attributes.namespace }, context);
  if ('problem' in params) {
    const objection = { message: params.problem, reason: 'Invalid', expressionIndex: 0, error: 'invalid_error', seconds: 0 } as const;
    return { objections: policy.ignoresFailure ? [] : [objection], ignored: [], annotations: [] };
  }
  const { Budget, fromJson, RUNTIME_BUDGET } = cel();
  const namespace = await namespaceValue(attributes, context.namespaces);
  const answers = new Answers(context.authorizer, attributes.user);
  const request = await requestValues(attributes, viewOf(attributes, form), answers);
  const all: Judgement[] = [];
  for (const param of params) {
    const more = lazily({ params: () => (param ? fromJson(param) : null), namespaceObject: () => namespace });
    all.push(await answers.workOut(() => judge(policy, (name) => more(name) ?? request(name), new Budget(RUNTIME_BUDGET))));
  }
  return {
    objections: all.flatMap(({ objections }) => objections),
    ignored: all.flatMap(({ ignored }) => ignored),
    annotations: all.flatMap(({ annotations }) => annotations),
  };
}

interface Acting {
  readonly policy: ValidatingPolicy;
  readonly binding: Binding;
  readonly attributes: AdmissionAttributes;
  readonly refusals: Refusal[];
  readonly failures: object[];
  readonly count: Count;
}

/** Does what the binding says is to be done about an objection. */
function act(objection: Objection & Checked, { policy, binding, attributes, refusals, failures, count }: Acting): void {
  const { message, expressionIndex } = objection;
  for (const action of binding.actions) {
    count(objection, action === 'Deny' ? 'deny' : action === 'Warn' ? 'warn' : 'audit');
    if (action === 'Deny') refusals.push({ ...objection, policy: policy.name, binding: binding.name });
    else if (action === 'Warn') attributes.warn(`Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}': ${message}`);
    else failures.push({ message, policy: policy.name, binding: binding.name, expressionIndex, validationActions: binding.actions });
  }
}

function refusal({ policy, binding, message, reason }: Refusal, attributes: AdmissionAttributes): StatusError {
  const text = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`;
  const { message: whole, status } = forbidden(attributes, text);
  return new StatusError(CODES[reason] ?? 422, reason, whole, { ...status.details, causes: [{ message: text }] });
}
