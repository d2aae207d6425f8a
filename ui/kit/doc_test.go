package kit

import (
	_ "fyne.io/fyne/v2/test"
	_ "github.com/jung-kurt/gofpdf"
)
