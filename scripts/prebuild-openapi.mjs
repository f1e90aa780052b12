// Makes the OpenAPI documents of the default configuration, so that the API server need not: see packages/api/src/openapi/documents.ts.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

// A package below the API can be built without it.
if (!existsSync('packages/api/dist/index.js')) process.exit(0);
const { builtInDefinitions, OPENAPI_INFO, OpenAPIDocuments, ResourceRegistry, servedDefinitions } = await import('@typekube/api');

const documents = new OpenAPIDocuments(servedDefinitions(new ResourceRegistry(builtInDefinitions)), OPENAPI_INFO);
const paths = new Map(documents.names.map((name) => [name, documents.prebuiltPath(name)]));
const folder = dirname([...paths.values()][0]);

mkdirSync(folder, { recursive: true });
const wanted = new Set([...paths.values()].map((path) => basename(path)));
for (const file of readdirSync(folder)) if (!wanted.has(file)) rmSync(join(folder, file));
for (const [name, path] of paths) if (!existsSync(path)) writeFileSync(path, gzipSync(documents.build(name)));
