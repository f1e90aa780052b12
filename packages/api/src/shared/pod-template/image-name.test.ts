import { defaultPullPolicy, imageTag } from './image-name';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('imageTag', () => {
  it.each([
    ['nginx', 'latest'],
    ['nginx:latest', 'latest'],
    ['nginx:1.25', '1.25'],
    ['localhost:5000/nginx', 'latest'],
    ['localhost:5000/nginx:v1', 'v1'],
    ['registry.k8s.io/pause@' + DIGEST, ''],
    ['registry.k8s.io/pause:3.10@' + DIGEST, '3.10'],
    ['Not An Image', ''],
    ['', ''],
  ])('%s has %p', (reference, tag) => {
    expect(imageTag(reference)).toBe(tag);
  });

  it('pulls moving tags every time', () => {
    expect(['nginx', 'nginx:1', 'nginx:latest'].map(defaultPullPolicy)).toEqual(['Always', 'IfNotPresent', 'Always']);
  });
});
