import { once } from 'node:events';
import { decodeEnvelope, decodeProtobuf, encodeEnvelope, encodeProtobuf } from '@typekube/apimachinery';
import { TestServer } from '../testing/test-server';
import { descriptorOf, partialMetadataDescriptor } from './encode-object';
import { PROTOBUF } from './protobuf-body';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const CORE = 'io.k8s.api.core.v1';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const SENT = { 'content-type': PROTOBUF };
const ASKED = { accept: PROTOBUF };

function encode(apiVersion: string, kind: string, definition: string, object: Record<string, unknown>): Buffer {
  return encodeEnvelope({ apiVersion, kind, raw: encodeProtobuf(descriptorOf(definition), object) });
}

function decode(bytes: Buffer, definition: string): Record<string, unknown> {
  const { apiVersion, kind, raw } = decodeEnvelope(bytes);
  return { kind, apiVersion, ...decodeProtobuf(descriptorOf(definition), raw) };
}

function configMap(name: string): Buffer {
  return encode('v1', 'ConfigMap', `${CORE}.ConfigMap`, { metadata: { name }, data: { a: 'b' } });
}

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server.stop());

describe('protobuf bodies', () => {
  it('are stored as their JSON would be', async () => {
    const sent = { metadata: { name: 'sent' }, spec: { containers: [{ name: 'c', image: 'nginx' }], hostNetwork: false } };
    const pods = '/api/v1/namespaces/default/pods';
    const created = await server.request('POST', pods, encode('v1', 'Pod', `${CORE}.Pod`, sent), SENT);
    const json = await server.request('POST', pods, { ...sent, metadata: { name: 'json' } });
    expect([created.status, json.status]).toEqual([201, 201]);
    expect(created.body.spec).toEqual({ ...json.body.spec, hostNetwork: undefined });
  });

  it('may be delete options', async () => {
    await server.request('POST', CONFIG_MAPS, configMap('doomed'), SENT);
    const options = (uid: string): Buffer => encode('v1', 'DeleteOptions', `${META}.DeleteOptions`, { preconditions: { uid } });
    const refused = await server.request('DELETE', `${CONFIG_MAPS}/doomed`, options('other'), SENT);
    expect(refused.status).toBe(409);
    const { body } = await server.request('GET', `${CONFIG_MAPS}/doomed`);
    const gone = await server.request('DELETE', `${CONFIG_MAPS}/doomed`, options(body.metadata.uid ?? ''), SENT);
    expect(gone.status).toBe(200);
  });

  it.each([
    ['', 'the object provided is unrecognized (must be of type ConfigMap): empty data (<empty>)'],
    [
      'garbage',
      'the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf ' +
        'message, expected prefix [107 56 115 0] (67617262616765)',
    ],
  ])('are refused when they are none: %j', async (text, message) => {
    const { status, body } = await server.request('POST', CONFIG_MAPS, Buffer.from(text), SENT);
    expect([status, body.message]).toEqual([400, message]);
  });

  it('are refused when they break off', async () => {
    const broken = encodeEnvelope({ apiVersion: 'v1', kind: 'ConfigMap', raw: Buffer.from([0x0a, 7]) });
    const { status, body } = await server.request('POST', CONFIG_MAPS, broken, SENT);
    expect([status, body.message]).toEqual([400, 'ConfigMap in version "v1" cannot be handled as a ConfigMap: unexpected EOF']);
  });

  it('are refused, not misread, when they are of another kind', async () => {
    const secret = encode('v1', 'Secret', `${CORE}.Secret`, { metadata: { name: 's' } });
    const { status, body } = await server.request('POST', CONFIG_MAPS, secret, SENT);
    expect(status).toBe(400);
    expect(body.message).toContain('Secret in version "v1" cannot be handled as a ConfigMap');
  });
});

describe('protobuf answers', () => {
  beforeAll(() => server.request('POST', CONFIG_MAPS, configMap('shown'), SENT));

  it('are the object in its envelope', async () => {
    const { headers, bytes } = await server.request('GET', `${CONFIG_MAPS}/shown`, undefined, ASKED);
    const json = await server.request('GET', `${CONFIG_MAPS}/shown`);
    expect(headers['content-type']).toBe(PROTOBUF);
    expect(decode(bytes, `${CORE}.ConfigMap`)).toEqual(json.body);
  });

  it('are lists', async () => {
    const { bytes } = await server.request('GET', CONFIG_MAPS, undefined, ASKED);
    const list = decode(bytes, `${CORE}.ConfigMapList`);
    expect(list).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', items: [{ metadata: { name: 'shown' } }] });
  });

  it('are statuses of errors, too', async () => {
    const { status, headers, bytes } = await server.request('GET', `${CONFIG_MAPS}/none`, undefined, ASKED);
    expect([status, headers['content-type']]).toEqual([404, PROTOBUF]);
    expect(decode(bytes, `${META}.Status`)).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 });
  });

  it('may be the metadata alone of what is not stored', async () => {
    const accept = `${PROTOBUF};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
    const review = { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } };
    const answer = await server.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review, { accept });
    const { kind, apiVersion, raw } = decodeEnvelope(answer.bytes);
    expect([answer.status, kind, apiVersion]).toEqual([201, 'PartialObjectMetadata', 'meta.k8s.io/v1']);
    expect(decodeProtobuf(partialMetadataDescriptor, raw)).toHaveProperty('metadata');
  });

  it('are metadata alone where asked', async () => {
    const accept = `${PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`;
    const { bytes } = await server.request('GET', CONFIG_MAPS, undefined, { accept });
    expect(decodeEnvelope(bytes)).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
  });

  it('are not tables', async () => {
    const table = `${PROTOBUF};as=Table;g=meta.k8s.io;v=v1`;
    const other = await server.request('GET', CONFIG_MAPS, undefined, { accept: `${table},application/json` });
    expect(other.headers['content-type']).toBe('application/json');
    const { status, body } = await server.request('GET', CONFIG_MAPS, undefined, { accept: table });
    expect(status).toBe(406);
    expect(body.message).toContain('application/json, application/yaml, application/vnd.kubernetes.protobuf');
  });

  it('are watches of frames with their length', async () => {
    const watch = await server.watch(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Dshown`, ASKED);
    expect(watch.message.headers['content-type']).toBe(`${PROTOBUF};stream=watch`);
    const [chunk] = (await once(watch.message, 'data')) as [Buffer];
    watch.close();
    expect(chunk.readUInt32BE(0)).toBe(chunk.length - 4);
    const type = '0a05' + Buffer.from('ADDED').toString('hex');
    expect(chunk.subarray(4).toString('hex').startsWith(type)).toBe(true);
    const object = decode(chunk.subarray(chunk.indexOf('k8s\0')), `${CORE}.ConfigMap`);
    expect(object).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'shown' }, data: { a: 'b' } });
  });

  it('are reviews, too', async () => {
    const review = { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } };
    const definition = 'io.k8s.api.authorization.v1.SelfSubjectAccessReview';
    const body = encode('authorization.k8s.io/v1', 'SelfSubjectAccessReview', definition, review);
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const { bytes } = await server.request('POST', path, body, { ...SENT, ...ASKED });
    expect(decode(bytes, definition)).toMatchObject({ status: { allowed: true } });
  });
});
