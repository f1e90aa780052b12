import type { AuthorizationAnswer, AuthorizationQuestion, Authorize } from '@typekube/cel';
import type { AuthorizationAttributes, Authorizer, Decision } from '../../authz/authorizer';
import { fieldRequirements, labelRequirements } from '../../authz/request-attributes';
import type { UserInfo } from '../../chain/request-context';

/** Thrown out of an evaluation that needs an answer which has to be waited for. */
class Pending extends Error {
  constructor(readonly answer: Promise<void>) {
    super('an authorizer has to be waited for');
  }
}

/** How often an expression may stop for an answer: its cost allows two questions. */
const MAX_QUESTIONS = 10;

/** The answers of the authorizer to one request's expressions. */
export class Answers {
  private readonly known = new Map<string, AuthorizationAnswer>();

  constructor(private readonly authorizer: Authorizer, private readonly user: UserInfo) {}

  readonly authorize: Authorize = (question) => {
    const key = JSON.stringify(question);
    const known = this.known.get(key);
    if (known) return known;
    const decided = this.authorizer.authorize(attributesOf(question, this.user));
    if (decided instanceof Promise) throw new Pending(decided.then((late) => void this.known.set(key, answerOf(late))));
    const answer = answerOf(decided);
    this.known.set(key, answer);
    return answer;
  };

  /** Works something out, again after each answer that has to be waited for. */
  async workOut<T>(work: () => T): Promise<T> {
    for (let asked = 0; ; asked++) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof Pending) || asked === MAX_QUESTIONS) throw error;
        await error.answer;
      }
    }
  }
}

function answerOf({ decision, reason, error }: Decision): AuthorizationAnswer {
  return { allowed: decision === 'Allow', reason, ...(error !== undefined && { error }) };
}

function attributesOf({ verb, path, resource, serviceAccount }: AuthorizationQuestion, requester: UserInfo): AuthorizationAttributes {
  const user = serviceAccount ? accountUser(serviceAccount) : requester;
  if (!resource) {
    return { user, verb, isResourceRequest: false, path: path ?? '', apiGroup: '', apiVersion: '', namespace: '', resource: '', subresource: '', name: '' };
  }
  const fieldSelector = resource.fieldSelector === undefined ? undefined : fieldRequirements(resource.fieldSelector);
  const labelSelector = resource.labelSelector === undefined ? undefined : labelRequirements(resource.labelSelector);
  return {
    user,
    verb,
    isResourceRequest: true,
    path: '',
    apiGroup: resource.group,
    apiVersion: '*',
    namespace: resource.namespace,
    resource: resource.resource,
    subresource: resource.subresource,
    name: resource.name,
    ...(fieldSelector && { fieldSelector }),
    ...(labelSelector && { labelSelector }),
  };
}

function accountUser({ namespace, name }: { readonly namespace: string; readonly name: string }): UserInfo {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}
