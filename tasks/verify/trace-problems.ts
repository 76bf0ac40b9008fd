import type { Problem } from '../../src/engine/problem.ts'
import type { Answer } from '../../src/platform/langfuse/port.ts'
import type { Ctx } from '../define.ts'

/** What a trace can come to, and what to do about each. */

export function notAccepted(what: string, answer: Answer): Problem {
  return {
    code: 'verify/not-accepted',
    kind: 'invalid',
    summary: `Langfuse answers ${answer.status} to ${what}`,
    detail: [JSON.stringify(answer.body)?.slice(0, 400) ?? ''],
    nextSteps: [
      '500 with «upload» means object storage: look at the bucket and its identity',
      'Read the log of the web for the cause',
    ],
  }
}

export function neverReadable({ services }: Ctx, afterMs: number): Problem {
  return {
    code: 'verify/trace-not-stored',
    kind: 'timeout',
    summary: `The trace was accepted but cannot be read after ${afterMs / 1000} s`,
    nextSteps: [
      [
        'The worker stores it; read its log: ',
        { command: `kubectl -n ${services.settings.namespace} logs deploy/langfuse-worker --tail=50` },
      ],
      'Look whether web and worker use the same bucket, Valkey database and ClickHouse database',
    ],
  }
}

/** ClickHouse 26.8 and later, without the setting. */
export function wrongTimes(wrong: readonly string[]): Problem {
  return {
    code: 'verify/wrong-times',
    kind: 'invalid',
    summary: 'Times come back different from what was sent: every trace would be stored with a wrong date',
    detail: wrong,
    nextSteps: [
      'On ClickHouse 26.8 and later CLICKHOUSE_URL must carry clickhouse_setting_input_format_read_datetime_number_as_raw_value=1',
      ['Repair the configuration: ', { command: 'thinkube-langfuse install' }],
    ],
  }
}
