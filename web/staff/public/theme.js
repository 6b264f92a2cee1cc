// Light or dark, as the system has it, before anything is painted and whenever it changes.
;(function () {
  var dark = matchMedia('(prefers-color-scheme: dark)')
  function apply() {
    document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light'
  }
  dark.addEventListener('change', apply)
  apply()
})()
