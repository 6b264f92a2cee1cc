// Opening the palette or the list of shortcuts from anywhere.
import { createContext, useContext } from 'react'

type Open = (what: 'palette' | 'help' | null) => void

export const PaletteContext = createContext<Open>(() => undefined)

export function useOpenPalette(): Open {
  return useContext(PaletteContext)
}
