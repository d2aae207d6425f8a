package kit

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"aidpost/assets"
)

func pictureList(prefix string) []assets.Picture {
	var list []assets.Picture
	for _, p := range assets.Pictures() {
		if strings.HasPrefix(p.String(), prefix) {
			list = append(list, p)
		}
	}
	return list
}

func contactSheet(look Look, prefix string, cell, columns float32) (fyne.CanvasObject, fyne.Size) {
	box := container.NewWithoutLayout()
	n := float32(0)
	for _, p := range pictureList(prefix) {
		d := NewDrawing(look, p, cell)
		col := float32(int(n) % int(columns))
		row := float32(int(n) / int(columns))
		place(d, 10+col*(cell+20), 10+row*(cell+20), cell, cell)
		box.Add(d)
		n++
	}
	rows := float32((int(n) + int(columns) - 1) / int(columns))
	return box, fyne.NewSize(columns*(cell+20), rows*(cell+20))
}

// filmStrips has a row for each two pictures that move, with all their key
// positions.
func filmStrips(look Look, cell float32) (fyne.CanvasObject, fyne.Size) {
	const most = 4
	box, n := container.NewWithoutLayout(), 0
	for _, p := range pictureList("drawings/") {
		if p.Frames() == 1 {
			continue
		}
		for f := range p.Frames() {
			d := NewDrawing(look, p, cell)
			d.SetFrame(f)
			place(d, 10+float32(n%2*(most)+f)*(cell+10)+float32(n%2)*60, 10+float32(n/2)*(cell+10), cell, cell)
			box.Add(d)
		}
		n++
	}
	return box, fyne.NewSize(2*most*(cell+10)+80, float32((n+1)/2)*(cell+10)+20)
}

// Every picture is drawn without an error and leaves a mark, and no
// placeholder colour survives in another palette.
func TestPicturesAreDrawnInThePalette(t *testing.T) {
	test.NewTempApp(t)
	look := Look{Palette: HighContrast}
	for _, p := range assets.Pictures() {
		svg := inked(p, p.Frames()-1, inksOf(look))
		for _, placeholder := range []string{assets.Ink, assets.Accent, assets.Wash, assets.Urgent} {
			if strings.Contains(string(svg), placeholder) {
				t.Errorf("%s: %s is still there", p, placeholder)
			}
		}
		if again := inked(p, p.Frames()-1, inksOf(look)); &again[0] != &svg[0] {
			t.Errorf("%s is coloured again for the same palette", p)
		}
		img := showOn(t, look, fyne.NewSize(64, 64), NewDrawing(look, p, 64)).Capture()
		marked := 0
		for y := range 64 {
			for x := range 64 {
				if r, g, b, _ := img.At(x, y).RGBA(); r+g+b > 0x8000 {
					marked++
				}
			}
		}
		if marked < 100 {
			t.Errorf("%s leaves only %d pixels", p, marked)
		}
	}
}

// Lines grow with the picture: twice the size covers four times the pixels.
func TestLinesScaleWithThePicture(t *testing.T) {
	cover := func(side int) float64 {
		img, n := draw(assets.IconClose, 0, oneInk(Look{}, ColorInk), side, side), 0
		for i := 3; i < len(img.Pix); i += 4 {
			n += int(img.Pix[i])
		}
		return float64(n)
	}
	if ratio := cover(192) / cover(96); ratio < 3.9 || ratio > 4.1 {
		t.Errorf("twice the size covers %.2f times the pixels, want 4", ratio)
	}
}

// Each key position of a picture that moves differs from the one before, and the
// picture at rest is the last.
func TestEveryKeyPositionIsAnother(t *testing.T) {
	moving := 0
	for _, p := range assets.Pictures() {
		if p.Frames() > 1 {
			moving++
		}
		for n := 1; n < p.Frames(); n++ {
			if bytes.Equal(draw(p, n-1, inksOf(Look{}), 96, 96).Pix, draw(p, n, inksOf(Look{}), 96, 96).Pix) {
				t.Errorf("%s: position %d looks like the one before", p, n)
			}
		}
		d := NewDrawing(Look{}, p, 96)
		if d.Frame() != p.Frames()-1 {
			t.Errorf("%s rests at position %d of %d", p, d.Frame(), p.Frames())
		}
	}
	if moving < 10 {
		t.Errorf("only %d pictures move", moving)
	}
}

func TestUnknownPictureDrawsNothing(t *testing.T) {
	for _, v := range draw(assets.Picture{}, 0, inksOf(Look{}), 8, 8).Pix {
		if v != 0 {
			t.Fatal("a picture that does not exist left a mark")
		}
	}
}

func TestArrowsFollowTheReadingDirection(t *testing.T) {
	if facing(Look{}, assets.IconNext) != assets.IconNext || facing(Look{Dir: RTL}, assets.IconNext) != assets.IconBack ||
		facing(Look{Dir: RTL}, assets.IconBack) != assets.IconNext || facing(Look{Dir: RTL}, assets.IconHelp) != assets.IconHelp {
		t.Error("an arrow points the wrong way")
	}
}

func TestGalleryPictures(t *testing.T) {
	dir := galleryDir(t)
	test.NewTempApp(t)
	for name, p := range map[string]Palette{"light": Light, "dark": Dark, "contrast": HighContrast} {
		look := Look{Palette: p}
		sheet, size := contactSheet(look, "drawings/", 200, 7)
		savePNG(t, filepath.Join(dir, "drawings-"+name+".png"), look, size, sheet)
		sheet, size = filmStrips(look, 180)
		savePNG(t, filepath.Join(dir, "frames-"+name+".png"), look, size, sheet)
		sheet, size = contactSheet(look, "icons/", 72, 9)
		savePNG(t, filepath.Join(dir, "icons-"+name+".png"), look, size, sheet)
	}
}
