import { endpointSlices, Expectations } from '@typekube/client';
import { TestApiServer } from '@typekube/client/testing';
import type { EndpointSlice } from '../shared/objects';
import { SliceWriter } from './slice-writer';

const KEY = 'default/web';

function slice(name: string, address: string): EndpointSlice {
  const endpoints = [{ addresses: [address] }];
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name, namespace: 'default' }, addressType: 'IPv4', endpoints, ports: [] };
}

it('waits for no slice that was not made because one before it failed', async () => {
  await using server = await TestApiServer.start();
  const client = await server.client();
  const expectations = new Expectations();
  const writer = new SliceWriter(client, expectations);
  const { signal } = new AbortController();
  const writing = writer.write(KEY, { create: [slice('a', 'nowhere'), slice('b', '192.0.2.1')], update: [], remove: [] }, signal);
  await expect(writing).rejects.toThrow('EndpointSlice.discovery.k8s.io "a" is invalid');
  expect(expectations.satisfied(KEY)).toBe(true);
  await writer.write(KEY, { create: [slice('b', '192.0.2.1')], update: [], remove: [slice('gone', '192.0.2.1')] }, signal);
  expect(expectations.satisfied(KEY)).toBe(false);
  expect((await client.for(endpointSlices, 'default').list()).items.map(({ metadata }) => metadata.name)).toContain('b');
});
