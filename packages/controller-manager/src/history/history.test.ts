import { canonicalJson } from '../shared/canonical-json';
import type { ControllerRevision } from '../shared/objects';
import { byRevision, nextRevision } from './plan-revisions';
import { revisionHash, revisionName } from './revision-hash';
import { remembers, templateData, templateOf } from './template-data';

const CONTAINER = {
  image: 'test',
  imagePullPolicy: 'Always',
  name: 'test',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
const TEMPLATE = {
  metadata: { labels: { app: 'foo' }, annotations: { test: 'value' } },
  spec: {
    containers: [CONTAINER],
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  },
};

const revision = (number: number, fields: Partial<ControllerRevision> = {}): ControllerRevision => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: `r${number}` },
  revision: number,
  data: templateData(TEMPLATE),
  ...fields,
});

/** As a Kubernetes of before v1.34 wrote it. */
const OLD_DATA = { spec: { template: { ...TEMPLATE, $patch: 'replace', metadata: { ...TEMPLATE.metadata, creationTimestamp: null } } } };

it("names revisions as upstream's v1.34 and v1.33 name them", () => {
  expect(revisionHash(templateData(TEMPLATE), 0)).toBe('776999688b');
  expect(revisionHash(OLD_DATA, 0)).toBe('c77f6d978');
  expect(revisionHash(OLD_DATA, 1)).not.toBe('c77f6d978');
  expect(revisionName('x'.repeat(240), 'abc')).toBe(`${'x'.repeat(223)}-abc`);
});

it('writes JSON as Go does', () => {
  expect(canonicalJson({ b: ['<&>', null], a: { d: 1, c: true } })).toBe('{"a":{"c":true,"d":1},"b":["\\u003c\\u0026\\u003e",null]}');
  expect(canonicalJson({ terminationGracePeriodSeconds: 9223372036854775807n })).toBe('{"terminationGracePeriodSeconds":9223372036854775807}');
});

it('recognizes a template by its meaning', () => {
  expect(templateOf(revision(1))).toEqual(TEMPLATE);
  expect(remembers(revision(1), TEMPLATE)).toBe(true);
  expect(remembers(revision(1, { data: OLD_DATA }), TEMPLATE)).toBe(true);
  expect(remembers(revision(1), { ...TEMPLATE, metadata: { labels: { app: 'bar' } } })).toBe(false);
  expect(templateOf(revision(1, { data: { spec: { replicas: 3 } } }))).toBeUndefined();
  expect(remembers(revision(1, { data: {} }), TEMPLATE)).toBe(false);
});

it('orders and numbers revisions', () => {
  expect([revision(3), revision(1), revision(2)].sort(byRevision).map((each) => each.revision)).toEqual([1, 2, 3]);
  expect([nextRevision([]), nextRevision([revision(3), revision(1)])]).toEqual([1, 4]);
});
