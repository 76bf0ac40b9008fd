import { defineConfig } from 'vitest/config'

/** A project per kind of test (design: tests). Platform tests share one platform, so their files run one at a time. */
const project = (name: string, more: Record<string, unknown> = {}) => ({
  // React's production build is what runs, and that has no development JSX.
  oxc: { jsx: { development: false } },
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    env: { NODE_ENV: 'production', FORCE_COLOR: '3', CI: '' },
    ...more,
  },
})

export default defineConfig({
  test: {
    projects: [
      project('unit'),
      project('laws'),
      project('component'),
      project('contract', {
        globalSetup: ['test/support/platform-setup.ts'],
        fileParallelism: false,
        testTimeout: 60_000,
        hookTimeout: 900_000,
      }),
      project('e2e', {
        globalSetup: ['test/support/platform-setup.ts', 'test/support/e2e/build.ts'],
        fileParallelism: false,
        testTimeout: 600_000,
        hookTimeout: 1_800_000,
      }),
    ],
  },
})
