// Three projects: unit tests need nothing but Node; tidy reads the tree; lab boots real hosts.
const shared = {
  transform: { '\\.ts$': '<rootDir>/test/jest/strip-types.mjs' },
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/packages/**/*.test.ts', '<rootDir>/test/unit/**/*.test.ts'],
    },
    { ...shared, displayName: 'tidy', testMatch: ['<rootDir>/test/tidy/**/*.test.ts'] },
    { ...shared, displayName: 'lab', testMatch: ['<rootDir>/test/lab/**/*.lab.ts'] },
  ],
};
