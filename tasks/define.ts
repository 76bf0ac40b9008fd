import type { Check } from '../src/engine/check.ts'
import type { Context } from '../src/engine/context.ts'
import { type AnyTask as AnyTaskOf, defineTask, type Phase as PhaseOf } from '../src/engine/task.ts'
import type { Services } from '../src/platform/services.ts'

/** The engine's generic shapes, bound to what our tasks work with. */
export const task = defineTask<Services>()
export type Ctx = Context<Services>
export type PreflightCheck = Check<Services>
export type AnyTask = AnyTaskOf<Services>
export type Phase = PhaseOf<Services>
