import { emptyField, type Field, type FieldEdit } from './field.ts'

/** What the terminal can show; decided once, at the start. */
export interface Capabilities {
  readonly color: boolean
  readonly ascii: boolean
  readonly screenReader: boolean
  readonly reducedMotion: boolean
}

/** A sheet laid over the screen that the run asks for. */
export type Panel = 'none' | 'help' | 'settings' | 'log' | 'detail' | 'leave' | 'credentials'

export interface Hint {
  readonly text: string
  readonly is: 'ok' | 'bad' | 'muted'
}

/** The part of the state that keys, the clock and the terminal change; events never do. */
export interface View {
  readonly size: { readonly columns: number; readonly rows: number }
  readonly capabilities: Capabilities
  readonly panel: Panel
  /** The row the cursor stands on, in whatever list the screen has. */
  readonly cursor: number
  /** The answer that Enter would give. */
  readonly choice: number
  readonly field: Field
  /** The typed text was not what was asked for. */
  readonly mismatch: boolean
  /** The user asked to stop; the run settles. */
  readonly cancelling: boolean
  /** The terminal is given back: nothing is drawn any more. */
  readonly left: boolean
  /** A line about the last key: "copied". */
  readonly hint: Hint | undefined
  /** Milliseconds since the epoch as the clock last said. */
  readonly now: number
}

export type Action =
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'ticked'; readonly now: number }
  | { readonly type: 'moved'; readonly by: number }
  | { readonly type: 'chose'; readonly by: number }
  | { readonly type: 'opened'; readonly panel: Panel }
  | { readonly type: 'edited'; readonly edit: FieldEdit }
  | { readonly type: 'mismatched' }
  /** A question that nobody answered is not asked any more. */
  | { readonly type: 'withdrawn'; readonly id: string }
  | { readonly type: 'cancelling' }
  | { readonly type: 'hinted'; readonly hint: Hint | undefined }
  | { readonly type: 'left' }

export const plainCapabilities: Capabilities = {
  color: true,
  ascii: false,
  screenReader: false,
  reducedMotion: false,
}

/** 80×24 until the terminal says otherwise: some hosts report no size at all. */
export function initialView(view: Partial<View> = {}): View {
  return {
    size: { columns: 80, rows: 24 },
    capabilities: plainCapabilities,
    panel: 'none',
    cursor: 0,
    choice: 0,
    field: emptyField,
    mismatch: false,
    cancelling: false,
    left: false,
    hint: undefined,
    now: 0,
    ...view,
  }
}
