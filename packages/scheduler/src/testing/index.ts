export * from './objects';
export * from './plugin-kit';
