export * from './store';
export * from './errors';
export * from './options';
export { compareKeys } from './keys';
export * from './embedded/open';
export * from './etcd/open';
export type { EtcdClientOptions, EtcdTlsOptions } from './etcd/client';
