// Where staff's page starts.
import { Problem } from '@leadkeep/client/problem'
import { Toasts } from '@leadkeep/ui/Toast'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { Console } from './Console.tsx'
import './styles.css'

// What the server refused, it refuses again.
const worthAgain = (count: number, error: unknown) => count < 2 && !(error instanceof Problem && error.status !== 0)
const cache = new QueryClient({ defaultOptions: { queries: { retry: worthAgain, refetchOnWindowFocus: false } } })

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <QueryClientProvider client={cache}>
      <Console />
      <Toasts />
    </QueryClientProvider>,
  )
