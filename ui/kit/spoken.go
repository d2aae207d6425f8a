package kit

import (
	"strings"

	"fyne.io/fyne/v2"
)

// Spoken lists the words that stand on a part of the screen, in the order in
// which they are read: texts, what tiles say, and the labels of buttons.
func Spoken(o fyne.CanvasObject) []string {
	if o == nil || !o.Visible() {
		return nil
	}
	var words []string
	say := func(text string) {
		if text = strings.TrimSpace(text); text != "" {
			words = append(words, text)
		}
	}
	switch o := o.(type) {
	case *Text:
		say(o.Text())
	case *Button:
		say(o.Label())
	case *Quantity:
		say(o.Number())
	case *Keyboard, *Keypad: // one letter after the other helps nobody
	default:
		for _, part := range contained(o) {
			words = append(words, Spoken(part)...)
		}
	}
	return words
}
