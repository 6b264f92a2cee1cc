// What live events mean to the widget settings.
import type { Effect } from '../../live/scene.ts'
import { widgetsQuery } from './queries.ts'

const widgetUpdated: Effect<'widget.updated'> = ({ cache }, { data: { widget } }) => {
  cache.setQueryData(widgetsQuery.queryKey, (before) => before?.map((each) => (each.id === widget.id ? widget : each)))
}

const widgetFirstHit: Effect<'widget.first_hit'> = ({ cache }, { data }) => {
  cache.setQueryData(widgetsQuery.queryKey, (before) =>
    before?.map((each) =>
      each.id === data.widget_id ? { ...each, first_hit_at: data.at, first_hit_site: data.site } : each,
    ),
  )
}

export const widgetLive = { widgetUpdated, widgetFirstHit }
