import type { apiregistrationv1 } from '@typekube/api';

export type APIService = apiregistrationv1.APIService;

export const API_SERVICES = { group: 'apiregistration.k8s.io', plural: 'apiservices' };

/** A group version that another server serves: an APIService with a service. */
export interface RemoteApi {
  /** `VERSION.GROUP`. */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  /** PEM; without it the authorities of the system are trusted. */
  readonly ca: string | undefined;
  readonly isInsecure: boolean;
  /** Whether requests are passed on: as its status says. */
  readonly isAvailable: boolean;
}

const DEFAULT_PORT = 443;

/** Undefined for one that this server serves itself. The core group is never another's. */
export function remoteApiOf({ metadata, spec, status }: APIService): RemoteApi | undefined {
  if (!spec?.service || !spec.group) return undefined;
  const { namespace = '', name = '', port = DEFAULT_PORT } = spec.service;
  return {
    name: metadata.name ?? '',
    group: spec.group,
    version: spec.version ?? '',
    groupPriority: spec.groupPriorityMinimum,
    versionPriority: spec.versionPriority,
    service: { namespace, name, port },
    ca: spec.caBundle ? Buffer.from(spec.caBundle, 'base64').toString('utf8') : undefined,
    isInsecure: spec.insecureSkipTLSVerify ?? false,
    isAvailable: status?.conditions?.some(({ type, status: is }) => type === 'Available' && is === 'True') ?? false,
  };
}

/** Its path: `/apis/GROUP/VERSION`. */
export function pathOfApi({ group, version }: RemoteApi): string {
  return `/apis/${group}/${version}`;
}
