import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { EChartsCoreOption } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { palette, series } from '../theme'

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, AriaComponent, CanvasRenderer])

interface Props {
  option: EChartsCoreOption
  height: number
  /** What the picture says, for those who do not see it. */
  label: string
}

/** ECharts in our colours. Drawn on a canvas, tooltips too: the pages' policy forbids inline styles. */
export default function Chart({ option, height, label }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<echarts.ECharts | null>(null)
  useEffect(() => {
    if (!box.current) return undefined
    const made = echarts.init(box.current, undefined, { renderer: 'canvas', height })
    chart.current = made
    const watch = new ResizeObserver(() => { made.resize() })
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [height])
  useEffect(() => {
    chart.current?.setOption({
      color: series, textStyle: { color: palette.ink, fontFamily: 'inherit' }, animation: false,
      ...option, tooltip: { renderMode: 'richText', ...(option.tooltip as object | undefined) },
    }, true)
  }, [option, height])
  return <div ref={box} role="img" aria-label={label} className="chart" />
}
