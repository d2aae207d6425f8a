package kit

import (
	_ "fyne.io/fyne/v2"
	_ "fyne.io/fyne/v2/canvas"
	_ "fyne.io/fyne/v2/container"
	_ "fyne.io/fyne/v2/driver/desktop"
	_ "fyne.io/fyne/v2/layout"
	_ "fyne.io/fyne/v2/theme"
	_ "fyne.io/fyne/v2/widget"
	_ "golang.org/x/text/unicode/bidi"
)
