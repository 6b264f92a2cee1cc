// Recovery codes, the one time they are shown: to copy, to save, to write down.
import { Button } from '@leadkeep/ui/Button'
import { Notice } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { Copy, Download } from 'lucide-react'
import { useSession } from '../../session/session.ts'

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { person } = useSession()
  const text = `Leadkeep recovery codes of ${person.email}. Each works once.\n\n${codes.join('\n')}\n`
  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      toast({ text: 'Recovery codes copied' })
    } catch {
      toast({ tone: 'bad', text: 'The browser did not allow copying' })
    }
  }
  function save() {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = address
    link.download = 'leadkeep-recovery-codes.txt'
    link.click()
    URL.revokeObjectURL(address)
  }
  return (
    <div className="flex flex-col gap-4">
      <Notice tone="warn">
        This is the only time these codes are shown. Keep them where your phone and keys are not: without any of
        these you cannot sign in by yourself.
      </Notice>
      <ol
        aria-label="Recovery codes"
        className="flex flex-col gap-1 rounded-card border border-line bg-bg px-3 py-2.5 font-mono text-13"
      >
        {codes.map((code) => (
          <li key={code} className="text-center whitespace-nowrap select-all max-sm:text-12">
            {code}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void copy()}>
          <Copy size={14} aria-hidden />
          Copy
        </Button>
        <Button onClick={save}>
          <Download size={14} aria-hidden />
          Download
        </Button>
      </div>
    </div>
  )
}
