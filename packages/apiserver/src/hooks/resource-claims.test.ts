import type { Authorizer } from '../authz/authorizer';
import { type Answer, TestServer } from '../testing';
import { resourceClaimHooks } from './resource-claims';

const CLAIMS = '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims';
const DRIVER = 'gpu.example.com';
const AGENT = { name: 'system:serviceaccount:default:agent', groups: [], extra: { 'authentication.kubernetes.io/node-name': ['n1'] } };

const result = (device: string): object => ({ request: 'r', driver: DRIVER, pool: 'p', device });
const on = (node: string): object => ({
  devices: { results: [result('a'), result('b')] },
  nodeSelector: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }] },
});
const told = (device: string): object => ({ driver: DRIVER, pool: 'p', device, conditions: [] });

describe('the status of a claim', () => {
  let allowed: readonly string[] = [];
  let server: TestServer;
  const authorizer: Authorizer = {
    authorize({ verb, resource, subresource, namespace, name }) {
      const text = `${verb} ${subresource} ${namespace && `${namespace}/`}${name}`;
      const isAsked = resource === 'resourceclaims' && (subresource === 'binding' || subresource === 'driver');
      return { decision: !isAsked || allowed.includes(text) ? 'Allow' : 'NoOpinion', reason: '' };
    },
  };

  beforeAll(async () => {
    const hooks = new Map([['resourceclaims.resource.k8s.io', resourceClaimHooks(authorizer)]]);
    server = await TestServer.start({ namespaces: ['default'], authorizer, hooks: () => hooks, tokens: { agent: AGENT, jane: { name: 'jane', groups: [] } } });
  });
  afterAll(() => server.stop());

  let count = 0;
  /** A claim whose devices are on a node, with what a driver tells of one of them. */
  const claim = async (node = 'n1'): Promise<string> => {
    const name = `c${(count += 1)}`;
    const spec = { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 2 } }] } };
    await server.request('POST', CLAIMS, { metadata: { name }, spec });
    allowed = ['patch binding ', `arbitrary-node:patch driver default/${DRIVER}`];
    const answer = await patch(name, { allocation: on(node), devices: [told('a')] });
    if (answer.status !== 200) throw new Error(answer.text);
    return name;
  };
  const patch = (name: string, status: object, token = 'jane'): Promise<Answer> =>
    server.client({ token }).http1({ method: 'PATCH', path: `${CLAIMS}/${name}/status`, body: { status }, headers: { 'content-type': 'application/merge-patch+json' } });

  it.each<[what: string, status: object, right: string]>([
    ['for whom it is', { reservedFor: [{ resource: 'pods', name: 'p', uid: '1' }] }, 'patch binding '],
    ['that it is free', { allocation: null, devices: null }, 'patch binding '],
    ['what a driver tells', { devices: [told('b')] }, `arbitrary-node:patch driver default/${DRIVER}`],
    ['that a driver tells nothing', { devices: null }, `arbitrary-node:patch driver default/${DRIVER}`],
  ])('needs a right of its own: %s', async (what, status, right) => {
    const name = await claim();
    const others = what === 'that it is free' ? [`arbitrary-node:patch driver default/${DRIVER}`] : [];
    allowed = others;
    const refused = await patch(name, status);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain(right.startsWith('patch') ? 'requires resource="resourceclaims/binding", verb="patch" permission: ' : 'requires resource="resourceclaims/driver", verb="[arbitrary-node:patch]" permission: ');
    allowed = [...others, right];
    expect((await patch(name, status)).status).toBe(200);
  });

  it('may be told of by a driver of the node alone, where the devices are on it', async () => {
    const [here, there] = [await claim('n1'), await claim('n2')];
    allowed = [`associated-node:patch driver default/${DRIVER}`];
    const answers = [await patch(here, { devices: [told('b')] }, 'agent'), await patch(there, { devices: [told('b')] }, 'agent'), await patch(here, { devices: [told('a')] }, 'jane')];
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 422]);
  });

  it('needs nothing more where it stays', async () => {
    const name = await claim();
    allowed = [];
    expect((await patch(name, { devices: [told('a')] })).status).toBe(200);
  });
});
