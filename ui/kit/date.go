package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// DatePart is one of the three segments of a date.
type DatePart int

// Parts of a date.
const (
	Day DatePart = iota
	Month
	Year
)

func (p DatePart) digits() int {
	if p == Year {
		return 4
	}
	return 2
}

// DateEntry takes a date as digits in the order the caller gives, such as
// day, month, year. A full segment passes on to the next. It judges nothing
// itself: OnChanged gets the numbers and says what they mean.
type DateEntry struct {
	widget.BaseWidget
	look    Look
	order   []DatePart
	digits  string // all typed so far, over the segments in order
	active  bool   // focused or held
	focused bool
	held    bool
	bad     bool

	boxes  []*canvas.Rectangle
	values []*canvas.Text
	names  []*Text
	caret  *canvas.Rectangle

	// OnChanged is called after each change with the parts typed so far (0 for
	// an empty one); complete means that every segment is full.
	OnChanged func(year, month, day int, complete bool)
	// OnSubmitted is called by Return.
	OnSubmitted func()
}

// NewDateEntry returns an empty date in the given reading order of parts, with
// their names ("Day", "Month", "Year") in the same order.
func NewDateEntry(look Look, order [3]DatePart, names [3]string) *DateEntry {
	d := &DateEntry{look: look, order: order[:], caret: canvas.NewRectangle(look.Color(ColorAction))}
	for i := range order {
		box := canvas.NewRectangle(look.Color(ColorSurface))
		box.CornerRadius = cornerCard
		value := canvas.NewText("", look.Color(ColorInk))
		value.TextSize, value.FontSource = d.digitSize(), face(false)
		d.boxes = append(d.boxes, box)
		d.values = append(d.values, value)
		size := SizeBody
		if look.Class == Staff {
			size = SizeCaption
		}
		d.names = append(d.names, NewText(look, names[i], TextStyle{Size: size, Color: ColorInk2, Align: Center}))
	}
	d.ExtendBaseWidget(d)
	d.paint()
	return d
}

// SetBad marks the date as one that cannot be; the caller shows why in words.
func (d *DateEntry) SetBad(bad bool) { d.bad = bad; d.paint() }

// Clear removes all digits.
func (d *DateEntry) Clear() { d.digits = ""; d.changed() }

// Held is called by the keypad that serves this date.
func (d *DateEntry) Held(on bool) { d.held = on; d.paint() }

// Parts returns the numbers typed so far, 0 for an empty part, and whether
// every segment is full.
func (d *DateEntry) Parts() (year, month, day int, complete bool) {
	at := 0
	for _, part := range d.order {
		n := 0
		for range part.digits() {
			if at < len(d.digits) {
				n = n*10 + int(d.digits[at]-'0')
			}
			at++
		}
		switch part {
		case Day:
			day = n
		case Month:
			month = n
		case Year:
			year = n
		}
	}
	return year, month, day, len(d.digits) == 8
}

// SetParts shows the digits of a date that was typed before, as far as they
// are full in reading order.
func (d *DateEntry) SetParts(year, month, day string) {
	d.digits = ""
	for _, part := range d.order {
		typed := map[DatePart]string{Day: day, Month: month, Year: year}[part]
		d.digits += typed
		if len(typed) < part.digits() {
			break
		}
	}
	d.paint()
	d.layout(d.Size())
}

// Segments returns the digits typed so far, by part.
func (d *DateEntry) Segments() (year, month, day string) {
	at := 0
	for _, part := range d.order {
		end := min(at+part.digits(), len(d.digits))
		typed := d.digits[min(at, end):end]
		at += part.digits()
		switch part {
		case Day:
			day = typed
		case Month:
			month = typed
		case Year:
			year = typed
		}
	}
	return year, month, day
}

// TypedRune adds a digit; anything else is dropped.
func (d *DateEntry) TypedRune(r rune) {
	before := d.digits
	d.look.Input.typed(r, func() { d.digits = before; d.changed() })
	if r < '0' || r > '9' || len(d.digits) >= 8 {
		return
	}
	d.digits += string(r)
	d.changed()
}

// TypedKey removes the last digit on Backspace and submits on Return.
func (d *DateEntry) TypedKey(k *fyne.KeyEvent) {
	if d.look.Input.ends(k) {
		return
	}
	switch k.Name {
	case fyne.KeyBackspace, fyne.KeyDelete:
		if d.digits != "" {
			d.digits = d.digits[:len(d.digits)-1]
			d.changed()
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if d.OnSubmitted != nil {
			d.OnSubmitted()
		}
	default:
		d.look.Input.pass(k)
	}
}

// FocusGained is called by Fyne.
func (d *DateEntry) FocusGained() {
	d.focused = true
	d.paint()
	d.look.Input.focused(d)
	reveal(d)
}

// FocusLost is called by Fyne.
func (d *DateEntry) FocusLost() { d.focused = false; d.paint() }

// Tapped takes the focus.
func (d *DateEntry) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(d); c != nil {
		c.Focus(d)
	}
}

// Cursor hides the pointer where there is only a finger.
func (d *DateEntry) Cursor() desktop.Cursor { return d.look.entryCursor() }

func (d *DateEntry) changed() {
	d.paint()
	d.layout(d.Size())
	if d.OnChanged != nil {
		d.OnChanged(d.Parts())
	}
}

// current returns the segment the next digit goes to, and its digits so far.
func (d *DateEntry) current() int {
	at := len(d.digits)
	for i, part := range d.order {
		if at < part.digits() {
			return i
		}
		at -= part.digits()
	}
	return len(d.order) - 1
}

func (d *DateEntry) paint() {
	d.active = d.focused || d.held
	at := 0
	for i, part := range d.order {
		end := min(at+part.digits(), len(d.digits))
		d.values[i].Text = d.digits[min(at, end):end]
		at += part.digits()
		box := d.boxes[i]
		box.StrokeColor, box.StrokeWidth = d.look.Color(ColorBorder), 2
		switch {
		case d.bad:
			box.StrokeColor, box.StrokeWidth = d.look.Color(ColorUrgentInk), 3
		case d.active && i == d.current():
			box.StrokeColor, box.StrokeWidth = d.look.Color(ColorAction), 3
		}
		box.Refresh()
		d.values[i].Refresh()
	}
	if d.active && len(d.digits) < 8 {
		d.caret.Show()
	} else {
		d.caret.Hide()
	}
}

// digitSize is large for fingers, and that of other fields for staff.
func (d *DateEntry) digitSize() float32 {
	if d.look.Class == Staff {
		return d.look.Size(SizeLead)
	}
	return d.look.Size(SizeQuestion)
}

func (d *DateEntry) boxHeight() float32 {
	if d.look.Class == Staff {
		return d.look.Target()
	}
	return d.digitSize() * 1.7
}

func (d *DateEntry) layout(s fyne.Size) {
	room := s.Width - 2*Space16
	top := d.names[0].HeightFor(room/4) + Space8
	at := float32(0)
	for i, part := range d.order {
		w := room * float32(part.digits()) / 8
		x := at
		if d.look.Dir == RTL {
			x = s.Width - at - w
		}
		place(d.names[i], x, 0, w, d.names[i].HeightFor(w))
		place(d.boxes[i], x, top, w, d.boxHeight())
		size := d.values[i].MinSize()
		if d.values[i].Text == "" {
			size.Width = 0
		}
		left := x + (w-size.Width)/2
		place(d.values[i], left, top+(d.boxHeight()-size.Height)/2, size.Width, size.Height)
		if i == d.current() {
			h := d.digitSize()
			place(d.caret, left+size.Width+1, top+(d.boxHeight()-h)/2, 3, h)
		}
		at += w + Space16
	}
}

// CreateRenderer is called by Fyne.
func (d *DateEntry) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for i := range d.boxes {
		objects = append(objects, d.boxes[i], d.values[i], d.names[i])
	}
	objects = append(objects, d.caret)
	return &parts{
		objects: fixed(objects...),
		layout:  d.layout,
		min: func() fyne.Size {
			digit := textWidth("0", d.digitSize(), false)
			width := 8*(digit+Space16) + 2*Space16
			return fyne.NewSize(width, d.names[0].HeightFor(width/4)+Space8+d.boxHeight())
		},
		refresh: func() { d.paint(); d.layout(d.Size()) },
	}
}

var _ Target = (*DateEntry)(nil)
