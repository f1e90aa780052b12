// Makes code and types from the interface definitions in proto/: messages by protobufjs-cli's static target, their TypeScript types and the
// gRPC services' definitions by this script. Does nothing where the outputs are newer than the inputs. Output is not committed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';


const require = createRequire(new URL('../packages/cri-api/package.json', import.meta.url));
const protobuf = require('protobufjs');
const pbjs = require.resolve('protobufjs-cli/bin/pbjs');

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);

const OUTPUTS = [
  { name: 'cri', package: 'cri-api', files: ['cri/v1/api.proto'] },
  { name: 'kms', package: 'apiserver', files: ['kms/v2/api.proto'] },
  { name: 'containerd', package: 'cri-shim', files: protoFiles('containerd') },
];

/** 64-bit integers are JavaScript numbers: what nears 2^53 here are times in nanoseconds, exact to 256 of them. */
const PRELUDE = `"use strict";
var $protobuf = require("protobufjs/minimal");
$protobuf.util.Long = null;
$protobuf.configure();
`;

const TYPES_PRELUDE = `import type { Writer } from 'protobufjs/minimal';

/** Encodes from \`I\`, where everything may be left out; decodes to \`T\`, where scalars, lists and maps are always there. */
export interface MessageType<I, T> {
  encode(message: I, writer?: Writer): Writer;
  decode(bytes: Uint8Array, length?: number): T;
}

/** A call of a gRPC service, as @grpc/grpc-js wants it. */
export interface Method<IRequest, Request, IResponse, Response> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly originalName: string;
  requestSerialize(message: IRequest): Buffer;
  requestDeserialize(bytes: Buffer): Request;
  responseSerialize(message: IResponse): Buffer;
  responseDeserialize(bytes: Buffer): Response;
}
`;

const SCALARS = {
  string: 'string', bool: 'boolean', bytes: 'Uint8Array',
  double: 'number', float: 'number', int32: 'number', uint32: 'number', sint32: 'number', fixed32: 'number', sfixed32: 'number',
  int64: 'number', uint64: 'number', sint64: 'number', fixed64: 'number', sfixed64: 'number',
};

for (const output of OUTPUTS) generate(output);

function generate({ name, package: owner, files }) {
  const targets = ['src', 'dist'].map((folder) => join('packages', owner, folder, 'generated'));
  const hash = fingerprint();
  const stamp = `// ${hash}\n`;
  const isCurrent = (folder) => existsSync(join(folder, `${name}.d.ts`)) && readFileSync(join(folder, `${name}.d.ts`), 'utf8').startsWith(stamp);
  if (targets.every(isCurrent)) return;
  console.log(`Generating ${name} from proto/ …`);
  const loaded = load(files);
  const code = javascript(name, files, loaded);
  const types = stamp + TYPES_PRELUDE + declare(loaded, 0);
  for (const folder of targets) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.js`), code);
    writeFileSync(join(folder, `${name}.d.ts`), types);
  }
}

function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(new URL(import.meta.url)));
  for (const file of protoFiles('')) hash.update(readFileSync(join('proto', file)));
  return hash.digest('hex');
}

function load(files) {
  const loaded = new protobuf.Root();
  loaded.resolvePath = (_origin, target) => (target.startsWith('google/protobuf/') ? target : join(root, 'proto', target));
  loaded.loadSync(files).resolveAll();
  return loaded;
}

function javascript(name, files, loaded) {
  const flags = ['--no-verify', '--no-delimited', '--no-typeurl', '--no-service', '--no-convert', '--no-create', '--no-comments', '--force-number'];
  const code = execFileSync('node', [pbjs, '-t', 'static-module', '-w', 'commonjs', '-r', name, '-p', 'proto', ...flags, ...files], { maxBuffer: 1 << 28, encoding: 'utf8' });
  return PRELUDE + code.replace('"use strict";', '').replace(/module\.exports = \$root;/, `${services(loaded).join('\n')}\nmodule.exports = $$root;`);
}

function services(loaded) {
  const lines = [];
  const visit = (namespace) => {
    for (const item of namespace.nestedArray) {
      if (item instanceof protobuf.Service) lines.push(serviceCode(item));
      else if (item instanceof protobuf.Namespace) visit(item);
    }
  };
  visit(loaded);
  return lines;
}

function serviceCode(service) {
  const methods = service.methodsArray.map((method) => {
    const [request, response] = [method.resolvedRequestType, method.resolvedResponseType].map((type) => `$root${type.fullName}`);
    return `  ${method.name}: {
    path: '/${service.fullName.slice(1)}/${method.name}', originalName: '${method.name}',
    requestStream: ${Boolean(method.requestStream)}, responseStream: ${Boolean(method.responseStream)},
    requestSerialize: function (m) { return Buffer.from(${request}.encode(m).finish()); }, requestDeserialize: function (b) { return ${request}.decode(b); },
    responseSerialize: function (m) { return Buffer.from(${response}.encode(m).finish()); }, responseDeserialize: function (b) { return ${response}.decode(b); },
  },`;
  });
  return `$root${service.fullName} = {\n${methods.join('\n')}\n};`;
}

function declare(namespace, depth) {
  return namespace.nestedArray.map((item) => declaration(item, depth)).join('');
}

function declaration(item, depth) {
  const pad = '  '.repeat(depth);
  const keyword = depth === 0 ? 'export ' : '';
  if (item instanceof protobuf.Enum) {
    const values = Object.entries(item.values).map(([name, value]) => `${pad}  ${name} = ${value},\n`);
    return `${pad}${keyword}enum ${item.name} {\n${values.join('')}${pad}}\n`;
  }
  if (item instanceof protobuf.Service) return serviceType(item, pad + keyword, pad);
  if (item instanceof protobuf.Type) return messageType(item, depth, pad + keyword);
  if (item instanceof protobuf.Namespace) return `${pad}${keyword}namespace ${item.name} {\n${declare(item, depth + 1)}${pad}}\n`;
  return '';
}

function serviceType(service, head, pad) {
  const methods = service.methodsArray.map((method) => {
    const [request, response] = [method.resolvedRequestType, method.resolvedResponseType];
    return `${pad}  readonly ${method.name}: Method<${inputName(request)}, ${request.fullName.slice(1)}, ${inputName(response)}, ${response.fullName.slice(1)}>;\n`;
  });
  return `${head}const ${service.name}: {\n${methods.join('')}${pad}};\n`;
}

function messageType(type, depth, head) {
  const pad = '  '.repeat(depth);
  const input = type.fieldsArray.map((field) => `${pad}  ${field.name}?: ${fieldType(field, true)} | null;\n`);
  const output = type.fieldsArray.map((field) => `${pad}  ${field.name}${isOptional(field) ? '?' : ''}: ${fieldType(field, false)}${isOptional(field) ? ' | null' : ''};\n`);
  const [inputType, outputType] = [`I${type.name}`, type.name];
  const functions = `${pad}  function encode(message: ${inputType}, writer?: Writer): Writer;\n${pad}  function decode(bytes: Uint8Array, length?: number): ${outputType};\n`;
  // A constant cannot share its name with a namespace that holds an enum: such a message is a namespace of functions.
  const value = type.nestedArray.length
    ? `${head}namespace ${type.name} {\n${declare(type, depth + 1)}${functions}${pad}}\n`
    : `${head}const ${type.name}: MessageType<${inputType}, ${outputType}>;\n`;
  return `${head}interface ${inputType} {\n${input.join('')}${pad}}\n${head}interface ${outputType} {\n${output.join('')}${pad}}\n${value}`;
}

/** Messages are absent or there; scalars, lists and maps have their defaults. */
function isOptional(field) {
  return !field.repeated && !field.map && field.resolvedType instanceof protobuf.Type;
}

function fieldType(field, isInput) {
  const resolved = field.resolvedType;
  let name = SCALARS[field.type];
  if (resolved) name = isInput && resolved instanceof protobuf.Type ? inputName(resolved) : resolved.fullName.slice(1);
  if (field.map) return `Record<string, ${name}>`;
  return field.repeated ? `${name}[]` : name;
}

function inputName(type) {
  const parts = type.fullName.slice(1).split('.');
  return [...parts.slice(0, -1), `I${parts.at(-1)}`].join('.');
}

/** The .proto files below proto/FOLDER, as paths from proto/, in order. */
function protoFiles(folder) {
  return readdirSync(join('proto', folder), { recursive: true })
    .filter((file) => file.endsWith('.proto'))
    .map((file) => join(folder, file))
    .sort();
}
