import { join } from 'node:path';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { RunningProgram } from './support/process';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
const VERSION = { apiVersion: 'admissionregistration.k8s.io/v1' };
const APPS = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] };
const MAPS = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] };

const deployment = (replicas: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web' }] } },
  },
});

const bound = (name: string, namespace: string, spec: object): object => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { ...VERSION, kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec },
    {
      ...VERSION, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } } },
    },
  ],
});

/** The situations of upstream's conformance tests of admission policies, of match conditions and of rules of custom resources. */
describe.each(KUBECTL_VERSIONS)('expressions with kubectl %s', (version) => {
  let server: ServerProcess;
  let kubectl: Kubectl;
  let namespace: string;
  beforeAll(async () => { server = await scope.server(); });
  beforeEach(async () => {
    namespace = await scope.namespace(server);
    kubectl = new Kubectl(version, server, namespace);
  });

  const apply = (...objects: readonly object[]) => kubectl.send('apply', { apiVersion: 'v1', kind: 'List', items: objects });
  const refused = (object: object) => kubectl.fails(['apply', '-f', '-'], { stdin: JSON.stringify(object) });

  it('validate against a Deployment, with variables', async () => {
    await kubectl.send('apply', bound('replicas', namespace, {
      matchConstraints: { resourceRules: [APPS] },
      variables: [{ name: 'replicas', expression: 'object.spec.replicas' }, { name: 'odd', expression: 'variables.replicas % 2 == 1' }],
      validations: [
        { expression: 'variables.replicas > 1', messageExpression: "'wants replicas > 1, got ' + string(variables.replicas)" },
        { expression: 'variables.odd', message: 'must be odd' },
      ],
    }));
    expect(await refused(deployment(1))).toContain(
      'The deployments "web" is invalid: : ValidatingAdmissionPolicy \'replicas\' with binding \'replicas\' denied request: wants replicas > 1, got 1',
    );
    expect(await refused(deployment(2))).toContain('denied request: must be odd');
    expect(await apply(deployment(3))).toContain('deployment.apps/web created');
    expect(await kubectl.fails(['scale', 'deployment', 'web', '--replicas=-1'])).toContain('error');
    expect(await kubectl.fails(['patch', 'deployment', 'web', '-p', '{"spec":{"replicas":4}}'])).toContain('denied request: must be odd');
  });

  it('tell in the status of a policy what is wrong about types', async () => {
    const binary = join(__dirname, '../packages/controller-manager/bin/kube-controller-manager.js');
    const flags = [`--kubeconfig=${server.kubeconfig}`, '--controllers=validatingadmissionpolicy-status', '--leader-elect=false', '--secure-port=0'];
    scope.running(new RunningProgram(process.execPath, [binary, ...flags]));
    await apply({
      ...VERSION, kind: 'ValidatingAdmissionPolicy', metadata: { name: 'typed' },
      spec: { matchConstraints: { resourceRules: [APPS] }, validations: [{ expression: 'object.spec.replicas > 1' }, { expression: 'object.spec.replicas > "1"' }, { expression: 'object.spec.maxReplicas > 1' }] },
    });
    await kubectl.ok(['wait', 'validatingadmissionpolicy/typed', '--for=jsonpath={.status.observedGeneration}=1', '--timeout=30s']);
    const { status } = await kubectl.json<{ status: object }>('validatingadmissionpolicy', 'typed');
    expect(status).toMatchObject({
      typeChecking: {
        expressionWarnings: [
          { fieldRef: 'spec.validations[1].expression', warning: expect.stringContaining("apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'") },
          { fieldRef: 'spec.validations[2].expression', warning: expect.stringContaining("undefined field 'maxReplicas'") },
        ],
      },
    });
  });

  it('take parameters from objects of the namespace', async () => {
    await kubectl.send('create', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'limits' }, data: { max: '3' } });
    await apply(
      {
        ...VERSION, kind: 'ValidatingAdmissionPolicy', metadata: { name: `limits-${namespace}` },
        spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, matchConstraints: { resourceRules: [APPS] }, validations: [{ expression: 'object.spec.replicas <= int(params.data.max)' }] },
      },
      {
        ...VERSION, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: `limits-${namespace}` },
        spec: {
          policyName: `limits-${namespace}`, validationActions: ['Deny'], paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' },
          matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
        },
      },
    );
    expect(await refused(deployment(5))).toContain('failed expression: object.spec.replicas <= int(params.data.max)');
    expect(await apply(deployment(3))).toContain('created');
  });

  it('apply configurations', async () => {
    const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
    const expression = (spec: string): string => `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{${spec}}}}}`;
    const mutating = (text: string): object => ({
      ...VERSION, kind: 'MutatingAdmissionPolicy', metadata: { name: `apply-${namespace}` },
      spec: { matchConstraints: { resourceRules: [APPS] }, reinvocationPolicy: 'Never', mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: text } }] },
    });
    expect(await refused(mutating('Object.spec{}'))).toContain('spec.mutations[0].applyConfiguration.expression: Invalid value');
    await apply(
      mutating(expression('containers: [Object.spec.template.spec.containers{name: "side", image: "side:1"}]')),
      { ...VERSION, kind: 'MutatingAdmissionPolicyBinding', metadata: { name: `apply-${namespace}` }, spec: { policyName: `apply-${namespace}`, matchResources } },
    );
    await apply(deployment(1));
    const { spec } = await kubectl.json<{ spec: { template: { spec: object } } }>('deployment', 'web');
    expect(spec.template.spec).toMatchObject({ containers: [{ name: 'web', image: 'web' }, { name: 'side', image: 'side:1' }] });
    await apply(mutating('Object{spec: Object.spec{selector: Object.spec.selector{}}}'));
    expect(await refused(deployment(2))).toContain('may not mutate atomic arrays, maps or structs: .spec.selector');
    await kubectl.ok(['delete', 'mutatingadmissionpolicybinding,mutatingadmissionpolicy', `apply-${namespace}`]);
  });

  it('decide whether a webhook is asked', async () => {
    const webhook = (expression: string): object => ({
      ...VERSION, kind: 'ValidatingWebhookConfiguration', metadata: { name: `conditional-${namespace}` },
      webhooks: [{
        name: 'conditional.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail', rules: [MAPS],
        clientConfig: { url: 'https://127.0.0.1:1/none' }, matchConditions: [{ name: 'marked', expression }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      }],
    });
    expect(await refused(webhook('... [] bad expression'))).toContain('webhooks[0].matchConditions[0].expression: Invalid value');
    await apply(webhook("object.metadata.name.startsWith('asked')"));
    expect(await kubectl.ok(['create', 'configmap', 'other'])).toContain('created');
    expect(await kubectl.fails(['create', 'configmap', 'asked'])).toContain('failed calling webhook "conditional.example.com"');
    await kubectl.ok(['delete', 'validatingwebhookconfiguration', `conditional-${namespace}`]);
  });

  it('are rules of custom resources', async () => {
    const definition = (spec: object): object => ({
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'bounds.rules.example.com' },
      spec: {
        group: 'rules.example.com', scope: 'Namespaced', names: { plural: 'bounds', singular: 'bound', kind: 'Bound', listKind: 'BoundList' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', ...spec } } } } }],
      },
    });
    const properties = { x: { type: 'integer' }, y: { type: 'integer' }, list: { type: 'array', items: { type: 'string' } } };
    const ruled = (rule: string): object => definition({ properties, 'x-kubernetes-validations': [{ rule }] });
    const object = (spec: object): object => ({ apiVersion: 'rules.example.com/v1', kind: 'Bound', metadata: { name: 'one' }, spec });
    expect(await refused(ruled('self.z > 1'))).toContain("undefined field 'z'");
    expect(await refused(ruled('self.list.all(x, self.list.all(y, x == y))'))).toContain('estimated rule cost exceeds budget by factor of more than 100x');
    expect(await refused(ruled('self.x + self.y'))).toContain('cel expression must evaluate to a bool');
    await apply(definition({ properties, 'x-kubernetes-validations': [{ rule: 'self.x + self.y > 0' }, { rule: 'self.x >= oldSelf.x', message: 'x only grows' }] }));
    await kubectl.ok(['wait', '--for=condition=Established', 'crd/bounds.rules.example.com', '--timeout=10s']);
    expect(await refused(object({ x: -1, y: 0 }))).toContain('spec: Invalid value: failed rule: self.x + self.y > 0');
    expect(await apply(object({ x: 1, y: 0 }))).toContain('created');
    expect(await refused(object({ x: 0, y: 2 }))).toContain('x only grows');
    expect(await apply(object({ x: 2, y: 2 }))).toContain('configured');
    await kubectl.ok(['delete', 'crd', 'bounds.rules.example.com']);
  });
});
