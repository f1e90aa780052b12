/** What a server reads and writes, as its OpenAPI documents say. */
export interface MediaTypes {
  /** Of one object. */
  readonly objects: readonly string[];
  /** Of a stream of watch events. */
  readonly watches: readonly string[];
  /** Of patches. */
  readonly patches: readonly string[];
}

export const JSON_MEDIA_TYPES: MediaTypes = {
  objects: ['application/json', 'application/yaml'],
  watches: ['application/json;stream=watch'],
  patches: [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ],
};

export const ANY_MEDIA_TYPE: readonly string[] = ['*/*'];
