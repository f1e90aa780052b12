import { referenceProblem, withDefaultTag } from './reference';

const DIGEST = `sha256:${'0'.repeat(64)}`;

it.each([
  ['busybox', 'busybox:latest'],
  ['localhost:5000/a/b_c', 'localhost:5000/a/b_c:latest'],
  ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
  [`a/b@${DIGEST}`, `a/b@${DIGEST}`],
  [`a/b:1@${DIGEST}`, `a/b:1@${DIGEST}`],
  ['a--b/c__d.e', 'a--b/c__d.e:latest'],
  ['[fd00::1]:5000/a:1', '[fd00::1]:5000/a:1'],
])('takes %s for an image', (image, tagged) => {
  expect(referenceProblem(image)).toBeUndefined();
  expect(withDefaultTag(image)).toBe(tagged);
});

it.each([
  ['UPPER CASE', 'invalid reference format: repository name (library/UPPER CASE) must be lowercase'],
  ['quay.io/Upper', 'invalid reference format: repository name (Upper) must be lowercase'],
  ['a b', 'invalid reference format'],
  ['a:', 'invalid reference format'],
  ['a:b:c', 'invalid reference format'],
  ['/a', 'invalid reference format'],
  ['a//b', 'invalid reference format'],
  ['a@sha256:12', 'invalid reference format'],
  [`a@${DIGEST}@${DIGEST}`, 'invalid reference format'],
  ['f'.repeat(64), `invalid repository name (${'f'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
])('does not take %s for an image', (image, problem) => {
  expect(referenceProblem(image)).toBe(problem);
});
