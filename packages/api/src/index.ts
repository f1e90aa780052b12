export * from './registry/resource-definition';
export * from './types';
