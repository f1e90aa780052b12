// An extension API server as users write them: it serves flunders of wardle.example.com/v1alpha1, believes who a client is where the API server of the
// cluster says so, and asks that one what the client may do. Run with KUBECONFIG, and with TLS_CERT, TLS_KEY and PORT; says on which port it serves.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { AuthorizationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';

const GROUP = 'wardle.example.com';
const VERSION = 'v1alpha1';
const API_VERSION = `${GROUP}/${VERSION}`;
const ROOT = `/apis/${API_VERSION}`;

const config = new KubeConfig();
config.loadFromDefault();
const authorization = config.makeApiClient(AuthorizationV1Api);
const { data: trust } = await config.makeApiClient(CoreV1Api).readNamespacedConfigMap({ name: 'extension-apiserver-authentication', namespace: 'kube-system' });

const flunders = new Map();
const watchers = new Set();
let revision = 1;

const [userHeader] = JSON.parse(trust['requestheader-username-headers']);
const [groupHeader] = JSON.parse(trust['requestheader-group-headers']);
const allowedNames = JSON.parse(trust['requestheader-allowed-names']);

/** Undefined for whom nobody vouches for. */
function userOf(request) {
  const { authorized } = request.socket;
  if (!authorized || !allowedNames.includes(request.socket.getPeerCertificate().subject.CN)) return undefined;
  const groups = request.rawHeaders.filter((_, i) => request.rawHeaders[i - 1]?.toLowerCase() === groupHeader.toLowerCase() && i % 2 === 1);
  return { user: request.headers[userHeader.toLowerCase()], groups };
}

async function mayDo({ user, groups }, attributes) {
  if (groups.includes('system:masters')) return true;
  const { status } = await authorization.createSubjectAccessReview({ body: { spec: { user, groups, ...attributes } } });
  return status.allowed;
}

const send = (response, code, body) => response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const fail = (response, code, reason, message) =>
  send(response, code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const KIND = { group: GROUP, version: VERSION, kind: 'Flunder' };
const schema = {
  type: 'object',
  description: 'Flunder is an example type with a spec and a status.',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: { type: 'object', description: 'What is wanted of it.', properties: { reference: { type: 'string', description: 'A name of another Flunder.' } } },
  },
  'x-kubernetes-group-version-kind': [KIND],
};
const MODEL = 'com.example.wardle.v1alpha1.Flunder';
const operation = (reference) => ({
  get: { responses: { 200: { description: 'OK', ...reference } }, 'x-kubernetes-group-version-kind': KIND, 'x-kubernetes-action': 'list' },
});

const documents = {
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  [ROOT]: {
    kind: 'APIResourceList', apiVersion: 'v1', groupVersion: API_VERSION,
    resources: [{ name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', verbs: VERBS, shortNames: ['fl'] }],
  },
  '/openapi/v2': {
    swagger: '2.0', info: { title: 'wardle', version: '0.1' },
    paths: { [`${ROOT}/namespaces/{namespace}/flunders`]: operation({ schema: { $ref: `#/definitions/${MODEL}` } }) },
    definitions: { [MODEL]: schema },
  },
  '/openapi/v3': { paths: { [ROOT.slice(1)]: { serverRelativeURL: `/openapi/v3${ROOT}?hash=1` } } },
  [`/openapi/v3${ROOT}`]: {
    openapi: '3.0.0', info: { title: 'wardle', version: '0.1' },
    paths: { [`${ROOT}/flunders`]: operation({ content: { 'application/json': { schema: { $ref: `#/components/schemas/${MODEL}` } } } }), [`${ROOT}/namespaces/{namespace}/flunders`]: operation({ content: { 'application/json': { schema: { $ref: `#/components/schemas/${MODEL}` } } } }) },
    components: { schemas: { [MODEL]: schema } },
  },
};

function tell(type, object) {
  for (const watcher of watchers) if (watcher.namespace === '' || watcher.namespace === object.metadata.namespace) watcher.response.write(`${JSON.stringify({ type, object })}\n`);
}

function store(type, object) {
  object.metadata.resourceVersion = String((revision += 1));
  const key = `${object.metadata.namespace}/${object.metadata.name}`;
  if (type === 'DELETED') flunders.delete(key);
  else flunders.set(key, object);
  tell(type, object);
  return object;
}

function selected(namespace, query) {
  const wanted = (query.get('labelSelector') ?? '').split(',').filter(Boolean).map((term) => term.split('='));
  const fits = ({ metadata }) => (!namespace || metadata.namespace === namespace) && wanted.every(([key, value]) => metadata.labels?.[key] === value);
  return [...flunders.values()].filter(fits);
}

const merge = (target, patch) => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged = { ...(typeof target === 'object' && target !== null ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
};

async function collection(request, response, { namespace, query }) {
  if (request.method === 'GET' && query.get('watch') === 'true') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const watcher = { namespace, response };
    watchers.add(watcher);
    response.once('close', () => watchers.delete(watcher));
    if (!query.get('resourceVersion')) selected(namespace, query).forEach((object) => response.write(`${JSON.stringify({ type: 'ADDED', object })}\n`));
    if (query.get('sendInitialEvents') === 'true') {
      const metadata = { resourceVersion: String(revision), annotations: { 'k8s.io/initial-events-end': 'true' } };
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Flunder', apiVersion: API_VERSION, metadata } })}\n`);
    }
    response.flushHeaders();
    return;
  }
  if (request.method === 'GET') return send(response, 200, { kind: 'FlunderList', apiVersion: API_VERSION, metadata: { resourceVersion: String(revision) }, items: selected(namespace, query) });
  if (request.method === 'DELETE') {
    selected(namespace, query).forEach((object) => store('DELETED', object));
    return send(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
  }
  const object = JSON.parse(await text(request));
  const metadata = { ...object.metadata, namespace, uid: randomUUID(), creationTimestamp: new Date().toISOString().replace(/\.\d+/, '') };
  if (flunders.has(`${namespace}/${metadata.name}`)) return fail(response, 409, 'AlreadyExists', `flunders.${GROUP} "${metadata.name}" already exists`);
  return send(response, 201, store('ADDED', { ...object, metadata }));
}

async function one(request, response, { namespace, name }) {
  const present = flunders.get(`${namespace}/${name}`);
  if (!present) return fail(response, 404, 'NotFound', `flunders.${GROUP} "${name}" not found`);
  if (request.method === 'DELETE') return send(response, 200, store('DELETED', present));
  if (request.method === 'PUT') return send(response, 200, store('MODIFIED', JSON.parse(await text(request))));
  if (request.method === 'PATCH') return send(response, 200, store('MODIFIED', merge(present, JSON.parse(await text(request)))));
  return send(response, 200, present);
}

function verbOf(method, name, query) {
  if (method === 'GET') return name ? 'get' : query.get('watch') === 'true' ? 'watch' : 'list';
  if (method === 'DELETE') return name ? 'delete' : 'deletecollection';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method];
}

async function handle(request, response) {
  const user = userOf(request);
  if (!user) return fail(response, 401, 'Unauthorized', 'Unauthorized');
  const { pathname, searchParams: query } = new URL(request.url, 'https://localhost');
  const [, namespace = '', name = ''] = new RegExp(`^${ROOT}(?:/namespaces/([^/]+))?/flunders(?:/([^/]+))?$`).exec(pathname) ?? [];
  const isResource = pathname.startsWith(`${ROOT}/`);
  const attributes = isResource
    ? { resourceAttributes: { group: GROUP, version: VERSION, resource: 'flunders', verb: verbOf(request.method, name, query), namespace, name } }
    : { nonResourceAttributes: { path: pathname, verb: request.method.toLowerCase() } };
  if (!(await mayDo(user, attributes))) return fail(response, 403, 'Forbidden', `flunders.${GROUP} is forbidden: User "${user.user}" cannot do that`);
  if (isResource) return name ? one(request, response, { namespace, name }) : collection(request, response, { namespace, query });
  const document = documents[pathname];
  if (document) return send(response, 200, document);
  return fail(response, 404, 'NotFound', 'the server could not find the requested resource');
}

const tls = { cert: readFileSync(process.env.TLS_CERT), key: readFileSync(process.env.TLS_KEY), ca: trust['requestheader-client-ca-file'], requestCert: true, rejectUnauthorized: false };
const server = createServer(tls, (request, response) => {
  handle(request, response).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    fail(response, 500, 'InternalError', String(error));
  });
});
server.listen(Number(process.env.PORT ?? 0), () => process.stdout.write(`serving on ${server.address().port}\n`));
