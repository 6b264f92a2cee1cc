// Picks the language: what the page asked for, else the first of the browser's that we speak.
import { words as english } from './en.ts'
import type { Words } from './words.ts'

export type Locale = { readonly tag: string; readonly dir: 'ltr' | 'rtl'; readonly words: Words }

/** English is always here; the others are fetched when they are needed. */
const languages: { readonly [language: string]: () => Promise<{ words: Words }> } = {
  en: async () => ({ words: english }),
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  ar: () => import('./ar.ts'),
}

export async function chooseLocale(wanted: readonly string[]): Promise<Locale> {
  for (const tag of wanted) {
    const language = tag.split('-')[0]?.toLowerCase() ?? ''
    const fetched = Object.hasOwn(languages, language) ? await languages[language]?.().catch(() => null) : null
    if (fetched) return { tag, dir: language === 'ar' ? 'rtl' : 'ltr', words: fetched.words }
  }
  return { tag: 'en', dir: 'ltr', words: english }
}
