package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// TileStyle says what a tile shows. Only the title is required.
type TileStyle struct {
	Picture assets.Picture // icon or drawing above the title
	Title   string
	Note    string // a quiet line under the title
	Status  string // state in a word, with the shape of Band before it
	Band    Band
	// PictureSize is the side of the picture; 0 means 72 units.
	PictureSize float32
	// Wide puts the picture before the words instead of above them.
	Wide bool
	// Tight leaves less room around.
	Tight bool
}

// Tile is a large choice: a card with a picture, a title and the state of what
// it stands for. A selected one has a tick and a thick edge besides its colour.
type Tile struct {
	widget.BaseWidget
	focusPress
	look     Look
	title    string
	selected bool

	ring   *canvas.Rectangle
	ground *canvas.Rectangle
	tick   *Drawing
	disc   *canvas.Circle
	body   *Inset
}

// NewTile returns a tile that calls tapped on the UI goroutine; with a nil
// tapped it only shows.
func NewTile(look Look, style TileStyle, tapped func()) *Tile {
	t := &Tile{
		look:   look,
		title:  style.Title,
		ring:   newRing(cornerCard),
		ground: canvas.NewRectangle(nil),
		tick:   NewIcon(look, assets.IconCheck, 20, ColorOnAction),
		disc:   canvas.NewCircle(look.Color(ColorAction)),
	}
	t.tap, t.changed = tapped, t.paint
	t.self, t.dir, t.input = t, look.Dir, look.Input
	t.disabled = tapped == nil
	t.ground.CornerRadius = cornerCard
	around := Space24
	if style.Tight {
		around = Space8
	}
	t.body = NewInset(around, around, tileBody(look, style))
	t.ExtendBaseWidget(t)
	t.paint()
	return t
}

func tileBody(look Look, style TileStyle) fyne.CanvasObject {
	align := Center
	if style.Wide {
		align = Leading
	}
	title, gap := TextStyle{Size: SizeLead, Bold: true, Align: align}, Space8
	if style.Tight {
		title.Size, gap = SizeBody, 0
	}
	words := NewColumn(gap, NewText(look, style.Title, title))
	if style.Note != "" {
		words.children = append(words.children, NewText(look, style.Note, TextStyle{Color: ColorInk2, Align: align}))
	}
	if style.Status != "" {
		ink, _ := style.Band.colors()
		line := NewRow(look, Space8, CrossCenter,
			newShapeBox(look, style.Band, look.Size(SizeBody)*0.65),
			NewText(look, style.Status, TextStyle{Color: ink, Bold: true}))
		if style.Wide {
			words.children = append(words.children, line)
		} else {
			words.children = append(words.children, NewMiddle(line))
		}
	}
	if style.Picture == (assets.Picture{}) {
		return words
	}
	size := style.PictureSize
	if size == 0 {
		size = 72
	}
	picture := NewDrawing(look, style.Picture, size)
	if style.Wide && style.Tight {
		return NewRow(look, Space8, CrossCenter, picture, NewGrow(1, words))
	}
	if style.Wide {
		return NewRow(look, Space24, CrossCenter, picture, NewGrow(1, words))
	}
	return NewColumn(Space16, picture, words)
}

// Title returns the tile's first line.
func (t *Tile) Title() string { return t.title }

// Selected reports whether the tile is chosen.
func (t *Tile) Selected() bool { return t.selected }

// SetSelected marks the tile as chosen or not.
func (t *Tile) SetSelected(on bool) {
	t.selected = on
	t.paint()
}

// HeightFor returns the height at a width.
func (t *Tile) HeightFor(width float32) float32 {
	return max(t.look.Target(), t.body.HeightFor(width))
}

// PreferredWidth returns the width with no line wrapped.
func (t *Tile) PreferredWidth() float32 { return t.body.PreferredWidth() }

func (t *Tile) leastWidth() float32 { return t.body.leastWidth() }

func (t *Tile) paint() {
	fill, edge, width := ColorSurface, ColorBorder, float32(1.5)
	if t.disabled {
		edge, width = ColorHairline, hairline
	}
	if t.selected {
		fill, edge, width = ColorWash, ColorAction, 3
	}
	if t.down {
		fill, edge = ColorWash, ColorAction
	}
	t.ground.FillColor, t.ground.StrokeColor, t.ground.StrokeWidth = t.look.Color(fill), t.look.Color(edge), width
	t.ground.Refresh()
	showRing(t.ring, t.look, t.focused)
	for _, o := range []fyne.CanvasObject{t.disc, t.tick} {
		if t.selected {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

func (t *Tile) layout(s fyne.Size) {
	placeRing(t.ring, s.Width, s.Height)
	place(t.ground, 0, 0, s.Width, s.Height)
	height := HeightFor(t.body, s.Width)
	place(t.body, 0, max(s.Height-height, 0)/2, s.Width, height)
	x := s.Width - 44
	if t.look.Dir == RTL {
		x = 12
	}
	place(t.disc, x, 12, 32, 32)
	place(t.tick, x+6, 18, 20, 20)
}

// CreateRenderer is called by Fyne.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(t.ring, t.ground, t.body, t.disc, t.tick),
		layout:  t.layout,
		min: func() fyne.Size {
			w := t.leastWidth()
			return fyne.NewSize(w, t.HeightFor(max(w, t.Size().Width)))
		},
		refresh: func() { t.layout(t.Size()); t.paint() },
	}
}

var (
	_ Fluid          = (*Tile)(nil)
	_ fyne.Focusable = (*Tile)(nil)
)
