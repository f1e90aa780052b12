export * from './meta/types';
export * from './errors/field-path';
export * from './errors/field-error';
export * from './errors/status-error';
export * from './schema/schema';
