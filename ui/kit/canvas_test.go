package kit

import (
	"image/png"
	"os"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// galleryDir is where pictures for looking at are written; tests that only
// make such pictures are skipped without it.
func galleryDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("KIT_GALLERY")
	if dir == "" {
		t.Skip("set KIT_GALLERY to a directory to draw the gallery")
	}
	return dir
}

// showOn puts content on a canvas of exactly that size, on the look's ground.
func showOn(t *testing.T, look Look, size fyne.Size, content fyne.CanvasObject) fyne.Canvas {
	t.Helper()
	ground := canvas.NewRectangle(look.Color(ColorGround))
	w := test.NewTempWindow(t, nil)
	w.SetPadded(false)
	w.SetContent(container.NewWithoutLayout(ground, content))
	w.Resize(size)
	ground.Resize(size)
	content.Resize(size)
	return w.Canvas()
}

// savePNG draws content at a size on the look's ground and writes it.
func savePNG(t *testing.T, path string, look Look, size fyne.Size, content fyne.CanvasObject) {
	t.Helper()
	c := showOn(t, look, size, content)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, c.Capture()); err != nil {
		t.Fatal(err)
	}
}
