/** A resource as discovery describes it. Subresources bear a slash in their name. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
}

export interface ApiGroup {
  readonly name: string;
  /** In the server's order of preference. */
  readonly versions: readonly string[];
}

/** What a server serves. */
export interface ApiSurface {
  readonly groups: readonly ApiGroup[];
  readonly resources: readonly ApiResource[];
  /** Groups and versions that could not be had, such as those of an aggregated server that is down. */
  readonly failed: readonly { readonly groupVersion: string; readonly error: unknown }[];
}
