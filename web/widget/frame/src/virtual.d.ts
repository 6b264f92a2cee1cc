// Modules that vite.config.ts makes up.
declare module 'virtual:socket' {
  /** Where this build has put socket.ts. */
  export const address: string
}
