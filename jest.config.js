// Tests run on the sources: no build is needed except where a test starts a real binary.
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/packages', '<rootDir>/test-e2e'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } } }],
  },
  moduleNameMapper: {
    '^@typekube/([^/]+)$': '<rootDir>/packages/$1/src',
    '^@typekube/([^/]+)/testing$': '<rootDir>/packages/$1/src/testing',
  },
  setupFiles: ['<rootDir>/scripts/jest-console.cjs'],
  testTimeout: 30_000,
};
