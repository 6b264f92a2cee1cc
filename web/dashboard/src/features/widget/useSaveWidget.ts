// Saving a part of the widget's settings.
import { unwrap } from '@leadkeep/client/api'
import type { Widget } from '@leadkeep/client/shapes'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../session/session.ts'
import { widgetsQuery } from './queries.ts'

type Change = Partial<Pick<Widget, 'greeting' | 'colour' | 'allowed_sites' | 'ask_name' | 'ask_email'>>

export function useSaveWidget(id: string, saved: string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: Change) => unwrap(api.PATCH('/api/v1/widgets/{id}', { params: { path: { id } }, body })),
    onSuccess: (widget) => {
      cache.setQueryData(widgetsQuery.queryKey, (before) => before?.map((each) => (each.id === id ? widget : each)))
      toast({ text: saved })
    },
  })
}
