// What is around every page: the policy for styles, the public cache, the router, toasts.
import { Toasts } from '@leadkeep/ui/Toast'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, useState } from 'react'
import { createCache } from './cache.ts'
import { router } from './router.tsx'

export function App() {
  const [cache] = useState(createCache)
  return (
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={cache}>
          <RouterProvider router={router} />
          <Toasts />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>
  )
}
