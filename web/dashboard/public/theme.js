// Chooses light or dark before anything is painted. src/lib/preferences.ts takes over from here.
;(function () {
  var choice = 'auto'
  try {
    choice = JSON.parse(localStorage.getItem('lk.preferences') || '{}').theme || 'auto'
  } catch {
    // No storage: the system decides.
  }
  var dark = choice === 'dark' || (choice === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
