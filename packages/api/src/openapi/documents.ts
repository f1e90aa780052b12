import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ResourceDefinition } from '../registry/resource-definition';
import { generatedPath, readGeneratedText } from '../schemas/generated-file';
import type { JsonObject, JsonValue } from './json';
import { buildOpenAPIv2, documentPaths } from './build-v2';
import { buildOpenAPIv3, type OpenAPIInfo } from './build-v3';
import { encodeOpenAPIv2Protobuf } from './v2-protobuf';

/** The OpenAPI v2 document as JSON, and as protobuf. */
export const V2_JSON = 'v2.json';
export const V2_PROTOBUF = 'v2.pb';

/** The parts of a version 2 document that are tables. */
const MERGED = ['paths', 'definitions', 'parameters'] as const;

/**
 * The OpenAPI documents of what is served. Their names are the two of v2 and the paths of v3 (`api/v1`, `apis/apps/v1`). A document costs
 * up to a second of CPU and tens of megabytes to make, so those of the default configuration are made when the project is built
 * (scripts/prebuild-openapi.mjs), under names that say their content.
 */
export class OpenAPIDocuments {
  readonly names: readonly string[];
  private readonly hashes = new Map<string, string>();
  private readonly builtIn: readonly ResourceDefinition[];
  private readonly custom: readonly ResourceDefinition[];

  constructor(
    private readonly definitions: readonly ResourceDefinition[],
    private readonly info: OpenAPIInfo,
  ) {
    this.builtIn = definitions.filter(({ custom }) => !custom);
    this.custom = definitions.filter(({ custom }) => custom);
    this.names = [V2_JSON, V2_PROTOBUF, ...documentPaths(definitions)];
  }

  /** The paths of v3 documents. */
  get v3Paths(): readonly string[] {
    return this.names.slice(2);
  }

  /** Names the content of a document without making it: by the schemas, by what is served in which versions, by the server's version. */
  hash(name: string): string {
    let hash = this.hashes.get(name);
    if (!hash) {
      const served = this.builtIn.map(({ group, plural, versions }) => [group, plural, versions.map(({ version }) => version)]);
      const custom = this.customIn(name);
      const text = JSON.stringify([name, this.info, served, readGeneratedText('inputs.sha256'), ...(custom.length ? [custom] : [])]);
      hash = createHash('sha512').update(text).digest('hex').toUpperCase();
      this.hashes.set(name, hash);
    }
    return hash;
  }

  /** The document's gzipped bytes as they were made with the build; undefined where this configuration's were not. */
  readPrebuilt(name: string): Buffer | undefined {
    const path = this.prebuiltPath(name);
    return existsSync(path) ? readFileSync(path) : undefined;
  }

  prebuiltPath(name: string): string {
    return generatedPath('openapi', `${this.hash(name).slice(0, 32)}.gz`);
  }

  /** Makes the document. */
  build(name: string): Buffer {
    if (name === V2_PROTOBUF) return encodeOpenAPIv2Protobuf(this.buildV2());
    const document = name === V2_JSON ? this.buildV2() : buildOpenAPIv3(name, this.definitions, this.info);
    return Buffer.from(JSON.stringify(document));
  }

  /** What custom resources add is small: it is put beside what was made with the build. */
  private buildV2(): JsonObject {
    if (!this.custom.length) return buildOpenAPIv2(this.builtIn, this.info);
    const base = new OpenAPIDocuments(this.builtIn, this.info);
    const prebuilt = base.readPrebuilt(V2_JSON);
    const document = prebuilt ? (JSON.parse(gunzipSync(prebuilt).toString('utf8')) as JsonObject) : base.buildV2();
    const added = buildOpenAPIv2(this.custom, this.info);
    return { ...document, ...Object.fromEntries(MERGED.map((part) => [part, { ...asObject(document[part]), ...asObject(added[part]) }])) };
  }

  /** The content of the custom resources that a document shows. */
  private customIn(name: string): (readonly string[])[] {
    const isIn = (path: string): boolean => name === V2_JSON || name === V2_PROTOBUF || name === path;
    return this.custom.flatMap(({ group, plural, versions }) => {
      return versions.filter(({ version }) => isIn(`apis/${group}/${version}`)).map(({ custom }) => [group, plural, custom?.openAPI.hash ?? '']);
    });
  }
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
