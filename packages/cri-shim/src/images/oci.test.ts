import { choosePlatform, type Descriptor, platformText } from './oci';

const descriptor = (text: string): Descriptor => {
  const [os = '', architecture = '', variant] = text.split('/');
  const platform = { os, architecture, ...(variant && { variant }) };
  return { mediaType: 'm', digest: text, size: 1, ...(text && { platform }) };
};

it.each([
  ['amd64', 7, ['linux/arm64', 'linux/amd64'], 'linux/amd64'],
  ['amd64', 7, ['linux/amd64/v3', 'linux/amd64'], 'linux/amd64'],
  ['amd64', 7, ['linux/amd64/v3'], undefined],
  ['amd64', 7, ['windows/amd64', ''], ''],
  ['arm64', 7, ['linux/arm/v7', 'linux/arm64/v8'], 'linux/arm64/v8'],
  ['arm', 7, ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'], 'linux/arm/v7'],
  ['arm', 6, ['linux/arm/v5', 'linux/arm/v7', 'linux/arm/v6'], 'linux/arm/v6'],
  ['arm', 6, ['linux/arm/v7'], undefined],
  ['s390x', 7, ['linux/amd64', 'linux/s390x'], 'linux/s390x'],
])('a machine of %s (ARM %s) takes of %s: %s', (architecture, armVersion, texts, expected) => {
  expect(choosePlatform(texts.map(descriptor), { architecture, armVersion })?.digest).toBe(expected);
});

it('names platforms as Go does', () => {
  expect(['linux/arm/v7', 'linux/amd64', ''].map(descriptor).map(platformText)).toEqual(['linux/arm/v7', 'linux/amd64', 'unknown']);
});
