import { makeNode, makePod, scoreResults } from '../testing';
import { ImageLocality } from './image-locality';

const MEBIBYTE = 1024 * 1024;
const image = (name: string, mebibytes: number) => ({ names: [name], sizeBytes: mebibytes * MEBIBYTE });
const nodes = [
  makeNode('large', { images: [image('web:latest', 600)] }),
  makeNode('small', { images: [image('db:v1', 20)] }),
  makeNode('none'),
];
const using = (...images: string[]) =>
  makePod('p', { spec: { containers: images.map((name, i) => ({ name: `c${i}`, image: name })) } });

it.each<[string, string[], Record<string, number>]>([
  // 600 MiB, on one of three nodes: 200 MiB; (200 - 23) / (1000 - 23)
  ['the tag that is meant', ['web'], { large: 18, small: 0, none: 0 }],
  ['another tag', ['web:v2'], { large: 0, small: 0, none: 0 }],
  ['too small to matter', ['db:v1'], { large: 0, small: 0, none: 0 }],
  // (200 - 23) / (2 * 1000 - 23)
  ['two containers', ['web', 'web:v2'], { large: 8, small: 0, none: 0 }],
])('%s', (_, images, expected) => {
  expect(scoreResults((handle) => new ImageLocality(handle), using(...images), { nodes })).toEqual(expected);
});
