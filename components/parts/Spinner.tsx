import InkSpinner from 'ink-spinner'

/** The one thing that moves by itself. It has a timer, so there is at most one on the screen. */
export const Spinner = ({ ascii }: { readonly ascii: boolean }) => (
  <InkSpinner type={ascii ? 'line' : 'dots'} />
)
