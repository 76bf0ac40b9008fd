import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/platform/kubernetes/port.ts'
import { podNote, podTrouble } from '../../../tasks/workload/pod-state.ts'

const pod = (status: unknown): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'langfuse-1' },
  spec: {
    initContainers: [{ name: 'migrate', image: 'r/library/langfuse:3' }],
    containers: [{ name: 'langfuse', image: 'r/library/langfuse:3' }],
  },
  status,
})
const waiting = (reason: string, message?: string) =>
  pod({ containerStatuses: [{ name: 'langfuse', state: { waiting: { reason, message } } }] })

describe('podTrouble', () => {
  it.each([
    ['an image that is not there', waiting('ImagePullBackOff', 'not found'), 'workload/image-pull'],
    [
      'a missing Secret',
      waiting('CreateContainerConfigError', 'secret "x" not found'),
      'workload/container-not-created',
    ],
    ['a crash loop', waiting('CrashLoopBackOff'), 'workload/crash-loop'],
    [
      'too little memory',
      pod({
        containerStatuses: [
          {
            name: 'langfuse',
            state: { running: {} },
            lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
          },
        ],
      }),
      'workload/out-of-memory',
    ],
    [
      'no room',
      pod({
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' },
        ],
      }),
      'workload/unschedulable',
    ],
    [
      'a failing migration',
      pod({
        initContainerStatuses: [
          {
            name: 'migrate',
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1 } },
          },
        ],
      }),
      'workload/crash-loop',
    ],
  ])('sees %s', (_, object, code) => {
    const found = podTrouble(object)
    expect(found?.code).toBe(code)
    expect(found?.nextSteps.length).toBeGreaterThan(0)
  })

  it.each([
    ['while it is pulled', waiting('ContainerCreating')],
    ['after the first failed pull', waiting('ErrImagePull')],
    [
      'while it starts',
      pod({ containerStatuses: [{ name: 'langfuse', ready: false, state: { running: {} } }] }),
    ],
  ])('has patience %s', (_, object) => expect(podTrouble(object)).toBeUndefined())

  it('does not mind a pod that is going', () => {
    const going = waiting('CrashLoopBackOff')
    expect(
      podTrouble({ ...going, metadata: { ...going.metadata, deletionTimestamp: 'now' } }),
    ).toBeUndefined()
  })
})

it('says what a pod is doing', () => {
  expect(podNote(pod({}))).toBe('waiting for a node')
  expect(podNote(waiting('ContainerCreating'))).toBe('pulling langfuse:3')
  expect(
    podNote(
      pod({
        initContainerStatuses: [{ name: 'migrate', state: { running: {} } }],
        containerStatuses: [{ name: 'langfuse', state: { waiting: { reason: 'PodInitializing' } } }],
      }),
    ),
  ).toBe('migrate is starting')
  expect(
    podNote(pod({ containerStatuses: [{ name: 'langfuse', ready: true, state: { running: {} } }] })),
  ).toBe('ready')
})
