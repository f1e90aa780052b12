import type { RuleSchema } from '../schema/rule-schema';
import { declTypeOf } from '../schema/decl-type';

const TEXT: RuleSchema = { type: 'string' };
const TEXTS: RuleSchema = { type: 'array', items: TEXT };
const NUMBER: RuleSchema = { type: 'integer' };
const TIME: RuleSchema = { type: 'string', format: 'date-time' };
const LABELS: RuleSchema = { type: 'object', additionalProperties: TEXT };
/** A value of any type: expressions see it without a schema. */
const ANYTHING: RuleSchema = { 'x-kubernetes-int-or-string': true };

function object(properties: Readonly<Record<string, RuleSchema>>): RuleSchema {
  return { type: 'object', properties };
}

const KIND = object({ group: TEXT, version: TEXT, kind: TEXT });
const RESOURCE = object({ group: TEXT, version: TEXT, resource: TEXT });
const USER = object({ username: TEXT, uid: TEXT, groups: TEXTS, extra: { type: 'object', additionalProperties: TEXTS } });

function declare(schema: RuleSchema, name: string): NonNullable<ReturnType<typeof declTypeOf>> {
  // Behind a dot, names that the grammar keeps for itself may stand: `request.namespace`.
  const declared = declTypeOf(schema, false, name, (property) => property);
  if (!declared) throw new Error(`${name} declares nothing`);
  return declared;
}

/** The variable `request` of admission. */
export const ADMISSION_REQUEST = declare(
  object({
    kind: KIND,
    resource: RESOURCE,
    subResource: TEXT,
    requestKind: KIND,
    requestResource: RESOURCE,
    requestSubResource: TEXT,
    name: TEXT,
    namespace: TEXT,
    operation: TEXT,
    userInfo: USER,
    dryRun: { type: 'boolean' },
    options: ANYTHING,
  }),
  'kubernetes.AdmissionRequest',
);

/** The variable `namespaceObject`. */
export const NAMESPACE = declare(
  object({
    metadata: object({
      name: TEXT,
      generateName: TEXT,
      namespace: TEXT,
      labels: LABELS,
      annotations: LABELS,
      UID: TEXT,
      creationTimestamp: TIME,
      deletionGracePeriodSeconds: NUMBER,
      deletionTimestamp: TIME,
      generation: NUMBER,
      resourceVersion: TEXT,
      finalizers: TEXTS,
    }),
    spec: object({ finalizers: TEXTS }),
    status: object({ phase: TEXT }),
  }),
  'kubernetes.Namespace',
);

/** The user of claims that authentication configurations judge. */
export const AUTHENTICATED_USER = declare(USER, 'kubernetes.UserInfo');

const SELECTOR = (operator: string): RuleSchema =>
  object({ rawSelector: TEXT, requirements: { type: 'array', items: object({ key: TEXT, [operator]: TEXT, values: TEXTS }) } });

/** The variable `request` of authorization webhooks' conditions: a SubjectAccessReviewSpec. */
export const ACCESS_REQUEST = declare(
  object({
    resourceAttributes: object({
      namespace: TEXT,
      verb: TEXT,
      group: TEXT,
      version: TEXT,
      resource: TEXT,
      subresource: TEXT,
      name: TEXT,
      fieldSelector: SELECTOR('operator'),
      labelSelector: SELECTOR('operator'),
    }),
    nonResourceAttributes: object({ path: TEXT, verb: TEXT }),
    user: TEXT,
    groups: TEXTS,
    extra: { type: 'object', additionalProperties: TEXTS },
    uid: TEXT,
  }),
  'kubernetes.SubjectAccessReviewSpec',
);
