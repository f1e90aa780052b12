// Tests run on the sources: no build is needed except where a test starts a real binary.
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/packages', '<rootDir>/test-e2e'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  transform: {
    '^.+\\.[tj]s$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } } }],
  },
  // Packages that are ECMAScript modules only: jest loads CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  moduleNameMapper: {
    '^@typekube/([^/]+)$': '<rootDir>/packages/$1/src',
    '^@typekube/([^/]+)/(testing|linux)$': '<rootDir>/packages/$1/src/$2',
  },
  setupFiles: ['<rootDir>/scripts/jest-console.cjs'],
  // Jest keeps something of every file that a process has tested; a new process in time keeps the later ones as quick as the first.
  workerIdleMemoryLimit: '300MB',
  // Against a hang, not against a slow disk: what has to be quick is measured by packages/bench.
  testTimeout: 240_000,
};
