// Six projects: unit tests need Node and take seconds; resources holds every resource type against its laws, with real
// shells, and what playbooks make of them; process tests start the command line and servers of their own; tidy reads the tree; lab boots real hosts, and so
// does long, for what takes too long to be run each time.
const shared = {
  transform: { '\\.ts$': '<rootDir>/test/jest/strip-types.mjs' },
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  // Jest reads every package.json below the root, also those of the tools that the bootstrap installed.
  modulePathIgnorePatterns: ['<rootDir>/.tools/'],
};

export default {
  // Five seconds, the default, are too few for commands on two busy cores.
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/test/jest/count-reporter.mjs'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testEnvironment: '<rootDir>/test/jest/state-environment.mjs',
      testMatch: [
        '<rootDir>/packages/{core,inventories}/**/*.test.ts',
        '<rootDir>/examples/**/*.test.ts',
        '<rootDir>/scripts/**/*.test.mjs',
        '<rootDir>/test/unit/**/*.test.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', '\\.process\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'resources',
      testEnvironment: '<rootDir>/test/jest/state-environment.mjs',
      testMatch: ['<rootDir>/packages/{modules,playbooks}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.process\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'process',
      testEnvironment: '<rootDir>/test/jest/state-environment.mjs',
      testMatch: [
        '<rootDir>/packages/**/*.process.test.ts',
        '<rootDir>/test/{dns,packages}/**/*.test.ts',
      ],
    },
    { ...shared, displayName: 'tidy', testMatch: ['<rootDir>/test/tidy/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'lab',
      testEnvironment: '<rootDir>/test/jest/lab-environment.mjs',
      testMatch: ['<rootDir>/test/lab/**/*.lab.ts'],
    },
    {
      ...shared,
      displayName: 'long',
      testEnvironment: '<rootDir>/test/jest/lab-environment.mjs',
      testMatch: ['<rootDir>/test/lab/**/*.long.ts'],
    },
  ],
};
