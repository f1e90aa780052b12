import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@typekube/client/testing';
import { silentLogger, systemClock } from '@typekube/component-base';
import { FileSource } from './file-source';

let folder: string;
let stop: AbortController;
let running: Promise<void>;
/** What the files held each time they were read. */
let readings: string[][];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'static-pods-'));
  stop = new AbortController();
  readings = [];
});

afterEach(async () => {
  stop.abort();
  await running;
  rmSync(folder, { recursive: true });
});

function follow(path: string, frequency = 60_000): void {
  const onPods = (pods: readonly { metadata: { name?: string } }[]): number => readings.push(pods.map(({ metadata }) => metadata.name ?? ''));
  const source = new FileSource({ path, node: 'n', frequency, onPods, clock: systemClock, log: silentLogger });
  running = source.run(stop.signal);
}

const write = (name: string, pod: string): void =>
  writeFileSync(join(folder, name), `{apiVersion: v1, kind: Pod, metadata: {name: ${pod}}, spec: {containers: [{name: c, image: i}]}}`);

const untilHas = (...names: string[]): Promise<void> => eventually(() => JSON.stringify(readings.at(-1)) === JSON.stringify(names));

it('follows a folder: files that come, change and go; hidden ones, folders and broken ones do not count', async () => {
  write('.hidden.yaml', 'hidden');
  mkdirSync(join(folder, 'sub'));
  write('b.yaml', 'b');
  writeFileSync(join(folder, 'c.yaml'), 'kind: [');
  follow(folder);
  await untilHas('b-n');
  write('a.yaml', 'a');
  await untilHas('a-n', 'b-n');
  write('b.yaml', 'other');
  await untilHas('a-n', 'other-n');
  rmSync(join(folder, 'a.yaml'));
  await untilHas('other-n');
});

it('keeps what a file held while it is being written', async () => {
  write('a.yaml', 'a');
  follow(folder);
  await untilHas('a-n');
  const before = readings.length;
  writeFileSync(join(folder, 'a.yaml'), '{apiVersion: v1, kind');
  await eventually(() => readings.length > before);
  expect(readings.slice(before)).toEqual(readings.slice(before).map(() => ['a-n']));
});

it('takes away what a file holds no more for longer', async () => {
  write('a.yaml', 'a');
  follow(folder, 300);
  await untilHas('a-n');
  writeFileSync(join(folder, 'a.yaml'), 'nothing');
  await untilHas();
});

it('takes the first of two files with one name', async () => {
  write('1.yaml', 'same');
  write('2.yaml', 'same');
  follow(folder);
  await untilHas('same-n');
});

it('follows one file, also one that is not there yet and is replaced', async () => {
  const path = join(folder, 'late', 'pod.yaml');
  follow(path);
  await untilHas();
  mkdirSync(join(folder, 'late'));
  write('late/pod.yaml', 'one');
  await untilHas('one-n');
  write('late/.new', 'two');
  renameSync(join(folder, 'late/.new'), path);
  await untilHas('two-n');
});
