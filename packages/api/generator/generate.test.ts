import { join } from 'node:path';
import { applyOverlay } from './apply-overlay';
import { assembleDefinitions } from './assemble';
import { generate } from './generate';
import { findInputs } from './inputs';

const inputs = findInputs(join(__dirname, '..'));
const files = generate(inputs);

function textOf(path: string): string {
  const text = files.get(path);
  if (text === undefined) throw new Error(`${path} was not generated`);
  return text;
}

describe('generate', () => {
  it('gives the same bytes for the same inputs', () => {
    expect([...generate(inputs)]).toEqual([...files]);
  });

  it.each([
    [
      'core/v1',
      /export interface Pod \{\n {2}apiVersion: 'v1';\n {2}kind: 'Pod';\n[^}]*metadata: metav1\.ObjectMeta;\n[^}]*spec\?: PodSpec/,
    ],
    ['core/v1', /targetPort\?: number \| string;/],
    ['core/v1', /limits\?: Record<string, string>;/],
    ['apps/v1', /export interface DeploymentSpec \{[^}]*template: corev1\.PodTemplateSpec;/],
    ['apiextensions/v1', /'x-kubernetes-list-type'\?: string;/],
    ['apiextensions/v1', /'\$ref'\?: string;/],
    ['meta/v1', /export type \{ [^}]*ObjectMeta[^}]* \};/],
    ['resource/v1beta1', /export interface ResourceSlice \{\n {2}apiVersion: 'resource\.k8s\.io\/v1beta1';/],
    ['apiserverinternal/v1alpha1', /export type StorageVersionSpec = Record<string, never>;/],
  ])('writes types of %s: %s', (module, expected) => {
    expect(textOf(`src/generated/types/${module}.ts`)).toMatch(expected);
  });

  it('keeps descriptions apart from schemas, and whole', () => {
    expect(textOf('generated/schemas.json').includes('More info')).toBe(false);
    expect(textOf('generated/descriptions.json').includes('Possible enum values:\\n - `\\"Failed\\"`')).toBe(true);
  });

  it('puts one sentence of a description into a type', () => {
    expect(
      textOf('src/generated/types/core/v1.ts')
        .split('\n')
        .filter((line) => line.length > 600),
    ).toEqual([]);
  });

  it('places every model of client-node in a Go package', () => {
    const modules = new Set(assembleDefinitions(inputs).map(({ module }) => module));
    expect([...modules].sort()).toEqual([
      'admissionregistration/v1',
      'admissionregistration/v1alpha1',
      'admissionregistration/v1beta1',
      'apiextensions/v1',
      'apimachinery/version',
      'apiregistration/v1',
      'apiserverinternal/v1alpha1',
      'apps/v1',
      'authentication/v1',
      'authorization/v1',
      'autoscaling/v1',
      'autoscaling/v2',
      'batch/v1',
      'certificates/v1',
      'certificates/v1alpha1',
      'certificates/v1beta1',
      'coordination/v1',
      'coordination/v1alpha2',
      'coordination/v1beta1',
      'core/v1',
      'discovery/v1',
      'events/v1',
      'flowcontrol/v1',
      'meta/v1',
      'networking/v1',
      'networking/v1beta1',
      'node/v1',
      'policy/v1',
      'rbac/v1',
      'resource/v1',
      'resource/v1alpha3',
      'resource/v1beta1',
      'resource/v1beta2',
      'scheduling/v1',
      'scheduling/v1alpha2',
      'storage/v1',
      'storage/v1beta1',
      'storagemigration/v1beta1',
    ]);
  });

  it('refuses an overlay fact about a type that is gone', () => {
    const definitions = assembleDefinitions(inputs).filter(({ goName }) => goName !== 'PodSpec');
    expect(() => applyOverlay(definitions)).toThrow(/overlay facts about nothing: .*core:PodSpec\.containers/);
  });
});
