package kit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestFieldSaysWhatIsWrong: by a mark, by words in another colour, and by the
// edge of what is to be filled in; and a line of it moves nothing below.
func TestFieldSaysWhatIsWrong(t *testing.T) {
	test.NewTempApp(t)
	look := Look{Class: Staff}
	e := NewEntry(look, EntryStyle{})
	f := NewField(look, "Name", "A hint", e)
	f.Resize(fyne.NewSize(320, f.HeightFor(320)))
	before := f.HeightFor(320)
	f.SetProblem("Too long.")
	if f.Problem() != "Too long." || !f.mark.Visible() || !e.bad || f.note.Text() != "Too long." {
		t.Errorf("%q, mark %v, edge %v", f.note.Text(), f.mark.Visible(), e.bad)
	}
	if after := f.HeightFor(320); after != before {
		t.Errorf("the form jumps from %v to %v", before, after)
	}
	f.SetProblem("")
	if f.mark.Visible() || e.bad || f.note.Text() != "A hint" {
		t.Errorf("%q stays", f.note.Text())
	}
	long := "This looks like a number, not a name. Does it belong to the card or to the phone of this person?"
	f.SetProblem(long)
	if f.HeightFor(320) <= before {
		t.Error("there is no room for what is long")
	}
	slim := NewField(look, "Sex", "", NewButton(look, "x", ButtonStyle{}, nil)).Slim()
	if all := NewField(look, "Sex", "", NewButton(look, "x", ButtonStyle{}, nil)); slim.HeightFor(320) >= all.HeightFor(320) {
		t.Error("a slim field is as tall as any")
	}
}

func TestCheckAndOptionSayMoreThanColour(t *testing.T) {
	test.NewTempApp(t)
	look := Look{Class: Staff}
	got := false
	c := NewCheck(look, "Keep", false, func(on bool) { got = on })
	test.Tap(c)
	if !c.On() || !got || c.tick.Hidden {
		t.Errorf("tapped: %v, told %v, tick hidden %v", c.On(), got, c.tick.Hidden)
	}
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if c.On() || got || !c.tick.Hidden {
		t.Error("the space bar does not take the tick away")
	}
	o := NewOption(look, OptionStyle{Label: "Today", Leading: true}, nil)
	before := o.PreferredWidth()
	o.SetSelected(true)
	if o.bar.Hidden || !o.label.style.Bold {
		t.Error("what is chosen has neither bar nor bold words")
	}
	if o.PreferredWidth() != before {
		t.Error("a row of options moves when another is chosen")
	}
	o.SetCount("12")
	if o.count.Text() != "12" {
		t.Errorf("count %q", o.count.Text())
	}
}

// What has no room is said where it was typed, without a jump of the form, until
// there is room again.
func TestFieldSaysWhatHasNoRoom(t *testing.T) {
	test.NewTempApp(t)
	look := Look{Class: Staff, Input: &Input{Now: time.Now, Full: func(most int) string { return fmt.Sprintf("at most %d", most) }}}
	for _, slim := range []bool{false, true} {
		e := NewEntry(look, EntryStyle{Limit: 3})
		f := NewField(look, "Name", "A hint", e)
		if slim {
			f.Slim()
		}
		before := f.HeightFor(320)
		e.SetText("Ana")
		if f.Note() != "A hint" {
			t.Errorf("slim %t: %q with all in it", slim, f.Note())
		}
		e.TypedRune('x')
		if e.Text() != "Ana" || !strings.Contains(f.label.Text()+f.note.Text(), "at most 3") {
			t.Errorf("slim %t: %q, %q, %q", slim, e.Text(), f.label.Text(), f.note.Text())
		}
		if after := f.HeightFor(320); after != before {
			t.Errorf("slim %t: the form jumps from %v to %v", slim, before, after)
		}
		e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
		if f.Note() != "A hint" || f.label.Text() != "Name" {
			t.Errorf("slim %t: %q stays", slim, f.Note())
		}
		e.SetText("Anastasia")
		if f.Note() != "at most 3" {
			t.Errorf("slim %t: %q of what was pasted", slim, f.Note())
		}
	}
}
