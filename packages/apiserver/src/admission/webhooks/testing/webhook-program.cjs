// A webhook server in a process of its own. What it answers is named by the path it is asked at.
const { createServer, request } = require('node:https');

const { key, cert, apiServer } = JSON.parse(process.argv[2]);

const allow = (review, more) => ({ ...head(review), response: { uid: review.request.uid, allowed: true, ...more } });
const head = ({ apiVersion, kind }) => ({ apiVersion, kind });
const patch = (operations) => ({ patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64') });

const answers = {
  allow: (review) => allow(review, {}),
  deny: (review) => ({ ...head(review), response: { uid: review.request.uid, allowed: false, status: { code: 418, reason: 'Teapot', message: 'no' } } }),
  'deny-silently': (review) => ({ ...head(review), response: { uid: review.request.uid, allowed: false } }),
  label: (review) => allow(review, patch([{ op: 'add', path: '/metadata/labels', value: { ...review.request.object.metadata.labels, hooked: 'yes' } }])),
  count: (review) => {
    const times = Number(review.request.object.metadata.annotations?.times ?? 0) + 1;
    return allow(review, patch([{ op: 'add', path: '/metadata/annotations', value: { ...review.request.object.metadata.annotations, times: String(times) } }]));
  },
  move: (review) => allow(review, patch([{ op: 'replace', path: '/metadata/namespace', value: 'kube-system' }])),
  identity: (review) => allow(review, patch(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp'].map((field) => ({ op: 'add', path: `/metadata/${field}`, value: field === 'generation' ? 77 : field.endsWith('stamp') ? '2001-01-01T00:00:00Z' : '77' })))),
  rename: (review) => allow(review, patch([{ op: 'replace', path: '/metadata/name', value: 'other' }])),
  spec: (review) => allow(review, patch([{ op: 'replace', path: '/spec/containers/0/image', value: 'other' }])),
  'wrong-uid': (review) => ({ ...head(review), response: { uid: 'other', allowed: true } }),
  'wrong-patch': (review) => allow(review, patch([{ op: 'replace', path: '/nowhere/at/all', value: 1 }])),
  'patch-without-type': (review) => allow(review, { patch: patch([]).patch }),
  giant: (review) => allow(review, patch([{ op: 'add', path: '/data', value: { big: 'x'.repeat(9 * 1024 * 1024) } }])),
  empty: () => ({}),
  'allowed-as-text': (review) => allow(review, { allowed: 'true' }),
  'odd-warnings': (review) => allow(review, { warnings: 'one' }),
  'odd-status': (review) => ({ ...head(review), response: { uid: review.request.uid, allowed: false, status: { message: { text: 'no' } } } }),
  'odd-data': (review) => allow(review, patch([{ op: 'add', path: '/data', value: 'text' }])),
  'many-warnings': (review) => allow(review, { warnings: Array.from({ length: 3000 }, (_, i) => `${i} ${'x'.repeat(1000)}`) }),
  images: (review) => {
    const bad = review.spec.containers.map(({ image }) => image).filter((image) => image.includes('bad'));
    return { ...head(review), status: { allowed: bad.length === 0, reason: bad.join(), auditAnnotations: { seen: review.spec.namespace } } };
  },
};

/** Between `hostPort` of v1 and `host` and `port` of v2, as the webhook of the conformance tests. */
function convert(object, desired) {
  if (desired.endsWith('/v1')) {
    const { host, port, ...others } = object;
    return { ...others, apiVersion: desired, ...(host !== undefined && { hostPort: `${host}:${port}` }) };
  }
  const { hostPort, ...others } = object;
  const [host, port] = hostPort?.split(':') ?? [];
  return { ...others, apiVersion: desired, ...(host !== undefined && { host, port }) };
}

const conversions = {
  convert: ({ objects, desiredAPIVersion }) => ({ result: { status: 'Success' }, convertedObjects: objects.map((object) => convert(object, desiredAPIVersion)) }),
  'convert-not': () => ({ result: { status: 'Failure', message: 'it does not convert' } }),
  'convert-names': ({ objects, desiredAPIVersion }) => ({
    result: { status: 'Success' }, convertedObjects: objects.map((object) => ({ ...convert(object, desiredAPIVersion), metadata: { ...object.metadata, name: 'other' } })),
  }),
  'convert-labels': ({ objects, desiredAPIVersion }) => ({
    result: { status: 'Success' },
    convertedObjects: objects.map((object) => ({ ...convert(object, desiredAPIVersion), metadata: { ...object.metadata, generation: 99, labels: { converted: 'yes' } } })),
  }),
};

for (const [name, answer] of Object.entries(conversions)) answers[name] = (review) => ({ ...head(review), response: { uid: review.request.uid, ...answer(review.request) } });

/** The last question. */
let last = null;
let asked = 0;

/** Asks the API server for something before it answers. */
function callBack(path) {
  return new Promise((resolve, reject) => {
    const { port, token } = apiServer;
    const options = { host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false };
    request(options, (message) => message.resume().on('end', () => resolve(message.statusCode))).on('error', reject).end();
  });
}

const server = createServer({ key, cert }, async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const name = incoming.url.slice(1).split('?', 1)[0];
  if (name === 'last') return void outgoing.end(JSON.stringify({ last, asked }));
  if (name === 'hang') return;
  if (name === 'garbage') return void outgoing.end('<html>');
  if (name === 'broken') return void outgoing.writeHead(500).end('out of order');
  const review = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (name === 'call-back') {
    const code = await callBack('/api/v1/namespaces/default/configmaps');
    return void outgoing.end(JSON.stringify(allow(review, { warnings: [`the server answered ${code}`] })));
  }
  last = review.request ?? review.spec;
  asked += 1;
  const answer = answers[name];
  if (!answer) return void outgoing.writeHead(404).end();
  outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer(review)));
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
