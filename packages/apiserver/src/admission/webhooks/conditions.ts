import type { Authorizer } from '../../authz/authorizer';
import type { AdmissionAttributes } from '../admission';
import { forbidden } from '../forbidden';
import { Answers } from '../policy/authorize';
import { cel } from '../../cel/cel';
import { meetConditions } from '../policy/conditions';
import { requestValues } from '../policy/request-values';
import type { Form } from './equivalents';
import type { Hook } from './hook';
import { viewOf } from './object-view';

/** Whether a write meets the conditions of a webhook. Those that cannot be evaluated are a failure of the webhook. */
export async function meetsConditions(hook: Hook, form: Form, attributes: AdmissionAttributes, authorizer: Authorizer): Promise<boolean> {
  const conditions = hook.conditions?.();
  if (!conditions) return true;
  const { Budget, RUNTIME_BUDGET } = cel();
  const answers = new Answers(authorizer, attributes.user);
  const values = await requestValues(attributes, viewOf(attributes, form), answers);
  const found = await answers.workOut(() => meetConditions(conditions, values, new Budget(RUNTIME_BUDGET)));
  if (found.at !== 'failed') return found.at === 'met';
  if (hook.ignoresFailure) return false;
  throw forbidden(attributes, found.problems.length === 1 ? (found.problems[0] ?? '') : `[${found.problems.join(', ')}]`);
}
