/** A part of the screen, as rows already drawn: its height is counted, never measured. */
export interface Block<L> {
  /** The same content, from the fullest to the shortest. The first one that fits is taken. */
  readonly variants: readonly (readonly L[])[]
  /** Rows it keeps in the smallest terminal; 0 when it may go altogether. */
  readonly min: number
  /** The higher it is the later it shrinks. */
  readonly weight: number
  /** Which end survives a cut. A number keeps that row in sight. */
  readonly keep?: 'head' | 'tail' | number
  /** Stands in place of `hidden` rows. */
  readonly more?: (hidden: number) => L
  /** An empty row before it where there is room. */
  readonly gap?: boolean
}

/** From this height on empty rows are affordable. */
const ROOMY = 16

/** Rows the live region may take: one less and the terminal would be wiped with every frame (ink#450). */
export const liveRows = (rows: number): number => Math.max(1, rows - 2)

/** Columns the content may take: never the full width (a resize would leave ghosts), never a stretched page. */
export const contentWidth = (columns: number): number => Math.max(10, Math.min(columns - 4, 96))

/** Fits the blocks into `budget` rows: what weighs most is whole, what weighs least goes first. */
export function fitRows<L>(blocks: readonly Block<L>[], budget: number, blank: L): readonly L[] {
  let kept = blocks.filter(block => block.variants.some(variant => variant.length > 0))
  const gaps = (): number => (budget >= ROOMY ? kept.slice(1).filter(block => block.gap).length : 0)
  const needed = (): number => kept.reduce((sum, block) => sum + need(block), 0)
  while (kept.length > 1 && needed() + gaps() > budget) {
    const lightest = kept.reduce((least, block) => (block.weight < least.weight ? block : least))
    kept = kept.filter(block => block !== lightest)
  }

  let spare = budget - needed() - gaps()
  const rows = new Map<Block<L>, readonly L[]>()
  for (const block of [...kept].sort((a, b) => b.weight - a.weight)) {
    const room = Math.max(0, Math.min(budget, need(block) + spare))
    const variant = block.variants.find(one => one.length <= room) ?? block.variants.at(-1) ?? []
    const drawn = cut(variant, room, block)
    rows.set(block, drawn)
    spare -= drawn.length - need(block)
  }
  const withGaps = gaps() > 0
  return kept.flatMap((block, index) => {
    const drawn = rows.get(block) ?? []
    return withGaps && block.gap && index > 0 && drawn.length > 0 ? [blank, ...drawn] : drawn
  })
}

const need = <L>(block: Block<L>): number =>
  Math.min(block.min, Math.min(...block.variants.map(variant => variant.length)))

/** The window of `lines` that `room` rows can show. */
function cut<L>(
  lines: readonly L[],
  room: number,
  { keep = 'head', more }: Pick<Block<L>, 'keep' | 'more'>,
): readonly L[] {
  if (lines.length <= room) return lines
  if (room <= 0) return []
  // With a single row the row itself says more than "3 more".
  const say = more && room > 1 ? more : undefined
  if (keep === 'head') {
    return say ? [...lines.slice(0, room - 1), say(lines.length - room + 1)] : lines.slice(0, room)
  }
  if (keep === 'tail') {
    return say ? [say(lines.length - room + 1), ...lines.slice(-(room - 1))] : lines.slice(-room)
  }
  const start = Math.max(0, Math.min(lines.length - room, keep - Math.floor(room / 2)))
  const shown = lines.slice(start, start + room)
  if (!say || room < 3) return shown
  const above = start
  const below = lines.length - start - room
  const top = above > 0 ? [say(above + 1)] : []
  const bottom = below > 0 ? [say(below + 1)] : []
  return [...top, ...shown.slice(top.length, shown.length - bottom.length), ...bottom]
}
