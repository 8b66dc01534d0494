import type { ThemeConfig } from 'antd'

/** Warm and sober: brick for what one does, paper behind it, ink for what one reads. */
export const palette = {
  brick: '#9a3b26', ink: '#2b2522', soft: '#6b615b', paper: '#faf7f2', card: '#ffffff', line: '#e6ded4',
  wood: '#3a2f2a', late: '#b3261e', good: '#3f6b3a', wait: '#8a5a00', calm: '#35606b',
}
/** Charts take these in order; each differs in lightness too. */
export const series = ['#35606b', '#c08a3e', '#7a8f5a', '#9a3b26', '#5b4a7d', '#a7a29a', '#2f4858', '#d3b88c']

export const theme: ThemeConfig = {
  token: {
    colorPrimary: palette.brick, colorInfo: palette.calm, colorLink: palette.brick, colorSuccess: palette.good,
    colorWarning: palette.wait, colorError: palette.late, colorTextBase: palette.ink, colorBgLayout: palette.paper,
    colorBorder: '#b9aea2', colorBorderSecondary: palette.line, borderRadius: 4, fontSize: 14, wireframe: false,
    colorInfoBg: '#eef4f5', colorInfoBorder: '#b5ccd1', colorWarningBg: '#fdf4e1', colorWarningBorder: '#e3c88c',
    colorErrorBg: '#fcefed', colorErrorBorder: '#e8b4ae', colorSuccessBg: '#eef4ec', colorSuccessBorder: '#b9d0b4',
    colorPrimaryBg: '#fbf0eb', colorPrimaryBgHover: '#f6e2d9', controlItemBgActive: '#fbf0eb', controlItemBgActiveHover: '#f6e2d9',
    colorTextDescription: palette.soft, colorTextSecondary: '#544b46', colorTextTertiary: palette.soft,
    colorTextPlaceholder: '#756b64', controlHeight: 32,
    fontFamily: '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif',
  },
  components: {
    Layout: { siderBg: palette.wood, headerBg: palette.card, bodyBg: palette.paper, headerHeight: 52, headerPadding: '0 20px' },
    Menu: {
      darkItemBg: palette.wood, darkSubMenuItemBg: palette.wood, darkItemSelectedBg: palette.brick,
      darkItemColor: '#e9ded3', darkGroupTitleColor: '#c9b8a6', itemHeight: 38,
    },
    Table: { cellPaddingBlock: 8, cellPaddingInline: 10, headerBg: '#f3ede4', headerColor: palette.ink, rowHoverBg: '#fbf5ec', rowSelectedBg: '#fbf0eb', rowSelectedHoverBg: '#f6e2d9' },
    Card: { bodyPadding: 16, headerHeight: 44, headerPadding: 16 },
    Descriptions: { itemPaddingBottom: 8 },
  },
}
