import { alwaysAllow, alwaysDeny, type AuthorizationAttributes, type Authorizer, privilegedGroup, union } from './authorizer';

function asking(...groups: string[]): AuthorizationAttributes {
  return {
    user: { name: 'jane', groups },
    isResourceRequest: true,
    path: '/api/v1/pods',
    verb: 'list',
    apiGroup: '',
    apiVersion: 'v1',
    namespace: '',
    resource: 'pods',
    subresource: '',
    name: '',
  };
}

const late = (authorizer: Authorizer): Authorizer => ({ authorize: async (attributes) => authorizer.authorize(attributes) });
const refusing: Authorizer = { authorize: () => ({ decision: 'Deny', reason: 'no' }) };
const wondering: Authorizer = { authorize: () => ({ decision: 'NoOpinion', reason: 'no rule' }) };

describe('union', () => {
  it.each<[string, Authorizer[], string, string]>([
    ['the first that decides', [wondering, alwaysAllow, refusing], 'Allow', ''],
    ['a refusal too', [refusing, alwaysAllow], 'Deny', 'no'],
    ['one that waits', [late(wondering), late(refusing), alwaysAllow], 'Deny', 'no'],
    ['nobody: all reasons', [wondering, late(alwaysDeny)], 'NoOpinion', 'no rule\nEverything is forbidden.'],
    ['nobody, if there is none', [], 'NoOpinion', ''],
  ])('follows %s', async (_, authorizers, decision, reason) => {
    expect(await union(authorizers).authorize(asking())).toEqual({ decision, reason });
  });

  it('waits only where somebody does', () => {
    expect(union([wondering, alwaysAllow]).authorize(asking())).toEqual({ decision: 'Allow', reason: '' });
  });

  it('lists the rules of all that have rules', async () => {
    const everything = {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      errors: [],
      incomplete: false,
    };
    expect(await union([refusing, alwaysAllow]).rulesFor?.({ name: 'jane', groups: [] }, 'default')).toEqual(everything);
    expect(await union([alwaysDeny]).rulesFor?.({ name: 'jane', groups: [] }, 'default')).toEqual({
      resourceRules: [],
      nonResourceRules: [],
      errors: [],
      incomplete: false,
    });
  });
});

it('a privileged group may do anything, others nothing by that', () => {
  const authorizer = privilegedGroup('system:masters');
  expect(authorizer.authorize(asking('system:masters'))).toMatchObject({ decision: 'Allow' });
  expect(authorizer.authorize(asking('others'))).toMatchObject({ decision: 'NoOpinion' });
});
