// The launcher's style sheet: adopted, never inserted as text, so that it works on pages that allow no style.

/** When the panel covers the whole screen. */
export const fullScreen = '(max-width:480px),(max-height:480px)'

/** A transparent border shows when the system forces its own colours. */
export const css = `:host{all:initial!important}
button,iframe{position:fixed;z-index:999999999;inset-block:auto 20px;inset-inline:auto 20px;padding:0;border:2px solid transparent;box-shadow:0 8px 32px #0004}
.start>*{inset-inline:20px auto}
button{width:56px;height:56px;border-radius:50%;outline-offset:3px;background:var(--c,#3152d0);color:#fff;
color:oklch(from var(--c,#3152d0) clamp(0,(.7 - l)*999,1) 0 0);cursor:pointer}
i{display:block;width:24px;height:24px;margin:auto;scale:1.2;background:currentColor;
clip-path:path("M4 2h16l2 2v11l-2 2h-8l-5 5v-5H4l-2-2V4z")}
[aria-expanded=true] i{clip-path:path("M3 9l2-2 7 7 7-7 2 2-9 9z")}
b{position:absolute;inset-block:-4px auto;inset-inline:auto -4px;padding:0 7px;border-radius:11px;
background:#b42318;color:#fff;font:700 12px/22px system-ui}
b:empty{display:none}
p{position:fixed;opacity:0;z-index:-1}
iframe{inset-block:auto 88px;width:392px;height:min(var(--h),100% - 108px);border:1px solid #8884;border-radius:16px;color-scheme:light dark}
@media ${fullScreen}{div>iframe{inset:0;width:100%;height:100%;border:0;border-radius:0}}
@media (forced-colors:active){i{background:ButtonText}}
@media print{div{display:none}}`
