export * from './objects';
export * from './plugin-kit';
export * from './test-framework';
