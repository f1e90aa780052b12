import type { ResourceRegistry } from '@typekube/api';
import type { Store } from '@typekube/storage';
import type { CustomResources } from '../apiextensions/custom-resources';
import type { Authenticator } from '../authn/authenticator';
import type { TokenIssuer } from '../authn/service-account/issuer';
import type { Authorizer } from '../authz/authorizer';
import type { Feed } from '../cache/feed';
import type { RemoteDocuments } from '../openapi/routes';
import type { Endpoints } from '../registry/endpoints';
import type { ReadBarrier } from '../registry/read-barrier';
import type { WatchEvents, WatchLists } from '../serving/watch-metrics';
import type { KubeletConnection } from '../subresources/kubelet/connection';
import type { WriteServices } from '../registry/write-context';

/** What the request handlers share: the server without its surface. */
export interface ServerCore {
  readonly store: Store;
  readonly feed: Feed;
  readonly registry: ResourceRegistry;
  readonly endpoints: Endpoints;
  readonly barrier: ReadBarrier;
  readonly writes: WriteServices;
  readonly authenticators: readonly Authenticator[];
  /** Makes service account tokens; undefined where none are made. */
  readonly tokenIssuer: TokenIssuer | undefined;
  readonly authorizer: Authorizer;
  /** How kubelets are reached, for logs and streams. */
  readonly kubelet: KubeletConnection;
  /** What makes definitions of custom resources effective. */
  readonly customResources: Pick<CustomResources, 'settled'>;
  /** What extension API servers say of what they serve. */
  readonly remoteOpenAPI: RemoteDocuments;
  /** Counts the events of watches; undefined where nothing is measured. */
  readonly watchEvents: WatchEvents | undefined;
  readonly watchLists: WatchLists | undefined;
  readonly minRequestTimeoutSeconds: number;
  /** Aborted when the server begins to stop: watches end then. */
  readonly stopping: AbortSignal;
}
