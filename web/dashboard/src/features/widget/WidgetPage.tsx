// The widget: put it on a site, say which sites, choose how it greets.
import type { Widget } from '@leadkeep/client/shapes'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure } from '@leadkeep/ui/Notice'
import { useQuery } from '@tanstack/react-query'
import { AppWindow } from 'lucide-react'
import { explain } from '../../lib/explain.ts'
import { AppearanceCard } from './AppearanceCard.tsx'
import { InstallCard } from './InstallCard.tsx'
import { widgetsQuery } from './queries.ts'
import { SitesCard } from './SitesCard.tsx'

export function WidgetPage() {
  const widgets = useQuery(widgetsQuery)
  return (
    <>
      <h1 className="text-20 font-semibold">Widget</h1>
      {widgets.isError && <Failure {...explain(widgets.error)} onRetry={() => void widgets.refetch()} />}
      {widgets.isPending && (
        <Loading what="the widget">
          <Skeleton className="h-56 w-full" />
          <Skeleton className="h-40 w-full" />
          <Skeleton className="h-72 w-full" />
        </Loading>
      )}
      {widgets.data?.length === 0 && <Empty icon={<AppWindow size={20} />} title="This workspace has no widget" />}
      {widgets.data?.map((widget) => (
        <OneWidget key={widget.id} widget={widget} named={widgets.data.length > 1} />
      ))}
    </>
  )
}

function OneWidget({ widget, named }: { widget: Widget; named: boolean }) {
  return (
    <>
      {named && <h2 className="pt-2 text-16 font-semibold">{widget.name}</h2>}
      <InstallCard widget={widget} />
      <SitesCard widget={widget} />
      <AppearanceCard widget={widget} />
    </>
  )
}
