// The few words the launcher says.

/** What stands before the number of unread messages. */
const unread: { readonly [language: string]: string } = {
  en: 'unread',
  de: 'ungelesen',
  fr: 'non lus',
  es: 'sin leer',
  ar: 'غير مقروءة',
}

/** For the first locale we know, else English: the language, its direction, the launcher's name, the word for unread. */
export function speak(locales: readonly string[]): readonly [language: string, dir: string, name: string, unread: string] {
  const language = locales.map((locale) => locale.slice(0, 2)).find((each) => unread[each]) ?? 'en'
  const arabic = language === 'ar'
  return [language, arabic ? 'rtl' : 'ltr', arabic ? 'محادثة' : 'Chat', unread[language] ?? '']
}
