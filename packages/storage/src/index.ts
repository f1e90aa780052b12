export * from './store';
export * from './errors';
export * from './options';
export { compareKeys } from './keys';
export * from './embedded/open';
