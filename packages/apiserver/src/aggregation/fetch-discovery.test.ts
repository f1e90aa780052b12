import type { OutboundAnswer } from '../http/outbound';
import { fetchDiscovery } from './fetch-discovery';
import { type APIService, remoteApiOf } from './remote-api';

const api = remoteApiOf({
  metadata: { name: 'v1.example.com' },
  spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1, service: { namespace: 'n', name: 's', port: 443 } },
} as APIService)!;

const answer = (body: object, contentType = 'application/json', status = 200): OutboundAnswer => ({ status, headers: { 'content-type': contentType }, body: JSON.stringify(body) });
const V2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

it('takes aggregated discovery, of this group version alone', async () => {
  const items = [
    { metadata: { name: 'other.com' }, versions: [{ version: 'v1', resources: [{ resource: 'x' }] }] },
    { metadata: { name: 'example.com' }, versions: [{ version: 'v2', resources: [{ resource: 'y' }] }, { version: 'v1', resources: [{ resource: 'z' }] }] },
  ];
  expect(await fetchDiscovery(api, () => Promise.resolve(answer({ items }, V2)))).toEqual([{ resource: 'z' }]);
});

it('makes the same of what older servers say', async () => {
  const list = {
    resources: [
      { name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', verbs: ['get'], shortNames: ['fl'] },
      { name: 'flunders/scale', singularName: '', namespaced: true, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get'] },
      { name: 'fischers', singularName: 'fischer', namespaced: false, kind: 'Fischer', verbs: ['list'] },
    ],
  };
  const found = await fetchDiscovery(api, (path) => Promise.resolve(path === '/apis' ? answer({ kind: 'APIGroupList' }) : answer(list)));
  expect(found).toEqual([
    {
      resource: 'flunders', responseKind: { group: 'example.com', version: 'v1', kind: 'Flunder' }, scope: 'Namespaced', singularResource: 'flunder', verbs: ['get'], shortNames: ['fl'],
      subresources: [{ subresource: 'scale', responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, verbs: ['get'] }],
    },
    { resource: 'fischers', responseKind: { group: 'example.com', version: 'v1', kind: 'Fischer' }, scope: 'Cluster', singularResource: 'fischer', verbs: ['list'] },
  ]);
});

it('rejects where the server does not say', async () => {
  const ask = (): Promise<OutboundAnswer> => Promise.resolve(answer({}, 'application/json', 503));
  await expect(fetchDiscovery(api, ask)).rejects.toThrow('failed to download discovery for /apis/example.com/v1: 503');
});
