package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// A Cell is one text in a row of a List, on one line.
type Cell struct {
	Text  string
	Under string              // a quieter line below
	Color fyne.ThemeColorName // of Text; empty means ColorInk
	Bold  bool
	// Whole has a Text that must not be cut, as another may begin like it, in smaller
	// letters where it would be.
	Whole bool
	// Marked puts the shape of Band before the text.
	Marked bool
	Band   Band
}

// Cells is the row of a table: texts in columns, each on one line and cut where
// the column ends. It is cheap to show again with other texts, which a list of
// many rows does all the time.
type Cells struct {
	widget.BaseWidget
	look    Look
	columns []float32 // shares of the width
	read    func(index int) []Cell
	cells   []*cellView
	shown   []Cell
}

type cellView struct {
	text, under *canvas.Text
	marks       [4]fyne.CanvasObject
}

// NewCells returns a row with columns of the given shares that asks read what to
// show.
func NewCells(look Look, columns []float32, read func(index int) []Cell) *Cells {
	c := &Cells{look: look, columns: columns, read: read}
	for range columns {
		v := &cellView{text: canvas.NewText("", nil), under: canvas.NewText("", look.Color(ColorInk2))}
		v.text.TextSize, v.text.FontSource = look.Size(SizeBody), face(false)
		v.under.TextSize, v.under.FontSource = look.Size(SizeCaption), face(false)
		for band := range v.marks {
			ink, _ := Band(band).colors()
			v.marks[band] = newShape(Band(band), look.Color(ink), false)
			v.marks[band].Hide()
		}
		c.cells = append(c.cells, v)
	}
	c.ExtendBaseWidget(c)
	return c
}

// ShowRow shows a row of the list.
func (c *Cells) ShowRow(index int) {
	c.shown = c.read(index)
	c.layout(c.Size())
}

// NewHead returns the names over the columns of a list, as its rows stand.
func NewHead(look Look, columns []float32, names ...string) fyne.CanvasObject {
	c := NewCells(look, columns, func(int) []Cell {
		cells := make([]Cell, len(names))
		for i, name := range names {
			cells[i].Under = name
		}
		return cells
	})
	c.ShowRow(0)
	return NewRow(look, 0, CrossFill, NewGrow(1, NewInset(Space16, Space8, c)), NewSized(listBar+4, NewSpacer()))
}

// clipped cuts a text so that it fits, with an ellipsis.
func clipped(text string, size float32, bold bool, room float32) string {
	if room <= 0 || textWidth(text, size, bold) <= room {
		return text
	}
	letters := []rune(text)
	low, high := 0, len(letters)
	for low < high {
		middle := (low + high + 1) / 2
		if textWidth(string(letters[:middle])+"…", size, bold) <= room {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return string(letters[:low]) + "…"
}

func (c *Cells) layout(s fyne.Size) {
	if s.Width == 0 {
		return
	}
	var all float32
	for _, share := range c.columns {
		all += share
	}
	at := float32(0)
	for i, v := range c.cells {
		width := s.Width * c.columns[i] / all
		var cell Cell
		if i < len(c.shown) {
			cell = c.shown[i]
		}
		c.put(v, cell, at, width, s)
		at += width
	}
}

// put writes one cell between at and at+width from the leading edge.
func (c *Cells) put(v *cellView, cell Cell, at, width float32, s fyne.Size) {
	room := width - Space16
	mark := float32(0)
	for band, shape := range v.marks {
		if on := cell.Marked && Band(band) == cell.Band; on != shape.Visible() {
			shape.Hide()
			if on {
				shape.Show()
			}
		}
	}
	if cell.Marked {
		mark = c.look.Size(SizeBody) * 0.7
		room -= mark + Space8
	}
	name := cell.Color
	if name == "" {
		name = ColorInk
	}
	v.text.Color, v.text.TextStyle.Bold, v.text.FontSource = c.look.Color(name), cell.Bold, face(cell.Bold)
	v.text.TextSize = c.look.Size(SizeBody)
	text := cell.Text
	if !cell.Whole {
		text = clipped(text, v.text.TextSize, cell.Bold, room)
	} else if wide := textWidth(text, v.text.TextSize, cell.Bold); wide > room && room > 0 {
		v.text.TextSize *= room / wide
	}
	v.text.Text = visual(text, c.look.Dir)
	v.under.Text = visual(clipped(cell.Under, v.under.TextSize, false, room), c.look.Dir)
	upper, under := v.text.MinSize(), v.under.MinSize()
	gap := float32(2)
	height := upper.Height + under.Height + gap
	if cell.Text == "" {
		upper, height = fyne.Size{}, under.Height
		gap = 0
	} else if cell.Under == "" {
		under, height = fyne.Size{}, upper.Height
		gap = 0
	}
	y := (s.Height - height) / 2
	lead := func(w, indent float32) float32 {
		if c.look.Dir == RTL {
			return s.Width - at - indent - w
		}
		return at + indent
	}
	indent := float32(0)
	if cell.Marked {
		placeShape(v.marks[cell.Band], lead(mark, 0)+mark/2, y+upper.Height/2, mark)
		indent = mark + Space8
	}
	place(v.text, lead(upper.Width, indent), y, upper.Width, upper.Height)
	place(v.under, lead(under.Width, indent), y+upper.Height+gap, under.Width, under.Height)
}

// CreateRenderer is called by Fyne.
func (c *Cells) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for _, v := range c.cells {
		objects = append(objects, v.text, v.under)
		objects = append(objects, v.marks[:]...)
	}
	return &parts{
		objects: fixed(objects...),
		layout:  c.layout,
		min:     func() fyne.Size { return fyne.NewSize(200, c.look.Size(SizeCaption)*1.4) },
		refresh: func() { c.layout(c.Size()) },
	}
}

var _ ListRow = (*Cells)(nil)
