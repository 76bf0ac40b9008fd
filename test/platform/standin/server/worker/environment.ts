import { env, version } from '../env.ts'
import { type Issue, sharedIssues } from '../environment.ts'

function workerIssues(): Issue[] {
  const issues: Issue[] = []
  if (env.DATABASE_URL === undefined) {
    issues.push({
      expected: 'string',
      code: 'invalid_type',
      path: ['DATABASE_URL'],
      message: 'Invalid input: expected string, received undefined',
    })
  }
  for (const name of ['LANGFUSE_S3_BATCH_EXPORT_ENABLED', 'LANGFUSE_S3_MEDIA_UPLOAD_FORCE_PATH_STYLE']) {
    if (env[name] !== undefined && env[name] !== 'true' && env[name] !== 'false') {
      issues.push({
        code: 'invalid_value',
        values: ['true', 'false'],
        path: [name],
        message: 'Invalid option: expected one of "true"|"false"',
      })
    }
  }
  return issues
}

/** A schema error ends the worker with a raw dump and exit code 1. `REDIS_KEY_PREFIX` does so below 3.157. */
export function requireWorkerEnv(): void {
  const issues = [...sharedIssues(), ...workerIssues()]
  if (issues.length > 0) {
    process.stderr.write(
      `/app/node_modules/zod/dist/cjs/v4/core/parse.js:39\n        throw e;\n        ^\n\nZodError: ${JSON.stringify(issues, null, 2)}\n    at Object.<anonymous> (/app/packages/shared/dist/src/env.js:213:17)\n\nNode.js ${process.version}\n`,
    )
    process.exit(1)
  }
  const minor = Number(version.split('.')[1])
  if (env.REDIS_KEY_PREFIX && minor < 157) {
    process.stderr.write(
      'Error: BullMQ: ioredis does not support ioredis prefixes, use the prefix option instead.\n',
    )
    process.exit(1)
  }
}
