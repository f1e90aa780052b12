import { fieldErrorMessage } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateMutatingWebhookConfiguration, validateMutatingWebhookConfigurationUpdate } from './validate';

type Webhook = admissionregistrationv1.MutatingWebhook;

const WEBHOOK: Webhook = {
  name: 'a.example.com',
  admissionReviewVersions: ['v1'],
  clientConfig: { url: 'https://example.com/hook' },
  sideEffects: 'None',
};

function configuration(...webhooks: Partial<Webhook>[]): admissionregistrationv1.MutatingWebhookConfiguration {
  const object: admissionregistrationv1.MutatingWebhookConfiguration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'c' },
    webhooks: webhooks.map((fields) => ({ ...WEBHOOK, ...fields })),
  };
  setDefaults(object);
  return object;
}

const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const SERVICE = { name: 's', namespace: 'n' };

describe('validateMutatingWebhookConfiguration', () => {
  it.each<[string, Partial<Webhook>, string[]]>([
    ['a URL', {}, []],
    ['a service', { clientConfig: { service: SERVICE } }, []],
    ['neither', { clientConfig: {} }, ['webhooks[0].clientConfig: Required value: exactly one of url or service is required']],
    [
      'plain http',
      { clientConfig: { url: 'http://example.com' } },
      [
        `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
      ],
    ],
    [
      'a password and a query',
      { clientConfig: { url: 'https://u@example.com/?a=b#c' } },
      [
        'webhooks[0].clientConfig.url: Invalid value: "u": user information is not permitted in the URL',
        'webhooks[0].clientConfig.url: Invalid value: "c": fragments are not permitted in the URL',
        'webhooks[0].clientConfig.url: Invalid value: "a=b": query parameters are not permitted in the URL',
      ],
    ],
    [
      'a service path without a slash',
      { clientConfig: { service: { ...SERVICE, path: 'x' } } },
      [`webhooks[0].clientConfig.service.path: Invalid value: "x": must start with a '/'`].concat([
        'webhooks[0].clientConfig.service.path: Invalid value: "x": segment[0] may not be empty',
      ]),
    ],
    [
      'side effects',
      { sideEffects: 'Some' },
      ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    ],
    [
      'a long timeout',
      { timeoutSeconds: 31 },
      ['webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
    ],
    [
      'no known version',
      { admissionReviewVersions: ['v9'] },
      ['webhooks[0].admissionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1'],
    ],
    [
      'an unknown reinvocation',
      { reinvocationPolicy: 'Often' },
      ['webhooks[0].reinvocationPolicy: Unsupported value: "Often": supported values: "IfNeeded", "Never"'],
    ],
    [
      'all operations and one',
      { rules: [{ ...RULE, operations: ['*', 'CREATE'] }] },
      [
        `webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
      ],
    ],
    [
      'a resource that a pattern covers',
      { rules: [{ ...RULE, resources: ['pods/*', 'pods/status'] }] },
      [
        `webhooks[0].rules[0].resources[1]: Invalid value: "pods/status": if 'pods/*' is present, must not specify pods/status`,
      ],
    ],
    ['an empty condition', { matchConditions: [{ name: 'c', expression: ' ' }] }, ['webhooks[0].matchConditions[0].expression: Required value']],
  ])('%s', (_, fields, wanted) => {
    expect(validateMutatingWebhookConfiguration(configuration(fields)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('names its webhooks differently, save where it did not before', () => {
    const twice = configuration({}, {});
    expect(validateMutatingWebhookConfiguration(twice).map(fieldErrorMessage)).toEqual([
      'webhooks[1].name: Duplicate value: "a.example.com"',
    ]);
    expect(validateMutatingWebhookConfigurationUpdate(twice, twice)).toEqual([]);
  });

  it('gets the defaults of upstream', () => {
    expect(configuration({ rules: [{ ...RULE }], clientConfig: { service: { ...SERVICE } } }).webhooks?.[0]).toMatchObject({
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      reinvocationPolicy: 'Never',
      rules: [{ scope: '*' }],
      clientConfig: { service: { port: 443 } },
    });
  });
});
