export * from './registry/resource-definition';
