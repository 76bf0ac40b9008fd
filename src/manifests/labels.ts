import type { Settings } from '../config/settings.ts'

/** The field manager of every server-side apply, and the value of `app.kubernetes.io/managed-by`. */
export const MANAGER = 'thinkube-langfuse'

export type Component = 'web' | 'worker' | 'configuration' | 'route'

/** Labels by which our objects are found again, also without the ledger. */
export function labels(settings: Pick<Settings, 'namespace'>, component: Component): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'langfuse',
    'app.kubernetes.io/instance': settings.namespace,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/managed-by': MANAGER,
  }
}
