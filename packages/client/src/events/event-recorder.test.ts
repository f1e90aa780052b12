import type { corev1 } from '@typekube/api';
import { type Logger, silentLogger } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import type { Client } from '../resources/client';
import { configMaps, events } from '../resources/kinds';
import { eventually, TestApiServer } from '../testing';
import { EventBroadcaster } from './event-recorder';

let server: TestApiServer;
let client: Client;
let object: corev1.ConfigMap;
beforeAll(async () => {
  server = await TestApiServer.start();
  client = await server.client();
  object = await client.for(configMaps, 'default').create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'subject' } });
});
afterAll(() => server.stop());

const about = async (reason: string): Promise<corev1.Event[]> =>
  (await client.for(events, 'default').list({ fieldSelector: `reason=${reason}` })).items;

it('writes an event once and counts it up, and writes what is queued at the end', async () => {
  const stop = new AbortController();
  const recorder = new EventBroadcaster({ client, component: 'tester', host: 'here' });
  const running = recorder.run(stop.signal);
  for (let i = 0; i < 3; i++) recorder.event(object, 'Normal', 'Seen', 'it was seen');
  await eventually(async () => (await about('Seen'))[0]?.count === 3);
  const [event, ...others] = await about('Seen');
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    involvedObject: { kind: 'ConfigMap', apiVersion: 'v1', namespace: 'default', name: 'subject', uid: object.metadata.uid },
    message: 'it was seen',
    type: 'Normal',
    source: { component: 'tester', host: 'here' },
  });
  recorder.event(object, 'Warning', 'Last', 'the end');
  stop.abort();
  await running;
  expect(await about('Last')).toHaveLength(1);
});

it('creates anew an event that is gone', async () => {
  const stop = new AbortController();
  const recorder = new EventBroadcaster({ client, component: 'tester' });
  const running = recorder.run(stop.signal);
  recorder.event(object, 'Normal', 'Gone', 'x');
  await eventually(async () => (await about('Gone')).length === 1);
  await client.for(events, 'default').deleteCollection({}, { fieldSelector: 'reason=Gone' });
  recorder.event(object, 'Normal', 'Gone', 'x');
  await eventually(async () => (await about('Gone'))[0]?.count === 2);
  stop.abort();
  await running;
});

it('writes events of before when the server comes back, and drops those beyond a thousand', async () => {
  const clock = new FakeClock(Date.now());
  const stop = new AbortController();
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message), child: () => logger };
  const recorder = new EventBroadcaster({ client, component: 'tester', clock, logger });
  await server.kill();
  const running = recorder.run(stop.signal);
  for (let i = 0; i < 1100; i++) recorder.event({ kind: 'Pod', name: `p-${i}`, namespace: 'default' }, 'Normal', 'Absent', 'x');
  await eventually(() => clock.waiting > 0);
  expect(warnings.filter((message) => message.startsWith('Too many'))).toHaveLength(100);
  await server.start();
  clock.advance(10_000);
  await eventually(async () => (await about('Absent')).length > 0);
  stop.abort();
  await running;
});
