import type { PreflightCheck } from '../define.ts'
import { apiKeys } from './api-keys.ts'
import { loginRedirect } from './login-redirect.ts'
import { legacyTrace, otelTrace } from './trace.ts'
import { webHealth } from './web.ts'
import { workerHealth } from './worker.ts'

/** Does it work? Each proves one thing by using it. */
export const verification: readonly PreflightCheck[] = [
  webHealth,
  workerHealth,
  apiKeys,
  loginRedirect,
  otelTrace,
  legacyTrace,
]
