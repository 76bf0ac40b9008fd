/** Asks the terminal to take a text into its clipboard (OSC 52): works over ssh, and no process sees it. */
export const clipboard = (text: string): string =>
  `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`
